/** EX_NOPERM of sysexits.h: the program refuses to run as things are, and would again. */
export const REFUSED_CODE = 77
/** The user was asked for the rights of an administrator and said no. Of no meaning to others: sysexits.h ends with 78. */
export const DECLINED_CODE = 79
