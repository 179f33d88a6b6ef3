/*
 * A stand-in for libnvidia-ml.so.1 with the layouts of nvml.h 12.4, so that the binding is called for real.
 * FAKE_NVML says what happens:
 *   ok          two cards; the second is passive and cut into instances (MIG)
 *   bare        one card that supports nothing, or may not be asked
 *   lost        the first of two cards falls off the bus at the second reading, until the library is started again
 *   gone        the driver is unloaded at the second reading
 *   no_driver   the library is there, the driver is not loaded
 *   mismatch    the driver was updated under the library
 *   growing     processes come between asking how many there are and asking for them
 *   wide        rows of processes as some drivers of the 535 series have them
 *   idle        one card that does nothing
 *   refused     the newest version of each structure is unknown to this driver
 * Built with -DOLD_NAMES it has only the functions of an old driver.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint32_t gpu, memory; } utilization_t;
typedef struct { uint64_t total, free, used; } memory_t;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } memory_v2_t;
typedef struct { uint32_t version, sensor; int32_t celsius; } temperature_t;
typedef struct { char legacy[16]; uint32_t domain, bus, device, ids, subsystem; char busId[32]; } pci_t;
typedef struct { uint32_t pid; uint64_t used; } process_v1_t;
typedef struct { uint32_t pid; uint64_t used; uint32_t gi, ci; } process_t;
typedef struct { uint32_t pid; uint64_t used; uint32_t gi, ci; uint64_t protected; } process_535_t;
typedef struct { uint32_t pid; uint64_t us; uint32_t sm, mem, enc, dec; } sample_t;

_Static_assert(sizeof(utilization_t) == 8, "nvmlUtilization_t");
_Static_assert(sizeof(memory_t) == 24 && offsetof(memory_t, used) == 16, "nvmlMemory_t");
_Static_assert(sizeof(memory_v2_t) == 40 && offsetof(memory_v2_t, total) == 8 && offsetof(memory_v2_t, used) == 32, "nvmlMemory_v2_t");
_Static_assert(sizeof(temperature_t) == 12, "nvmlTemperature_v1_t");
_Static_assert(sizeof(pci_t) == 68 && offsetof(pci_t, busId) == 36, "nvmlPciInfo_t");
_Static_assert(sizeof(process_v1_t) == 16, "nvmlProcessInfo_v1_t");
_Static_assert(sizeof(process_t) == 24 && offsetof(process_t, used) == 8, "nvmlProcessInfo_v2_t");
_Static_assert(sizeof(sample_t) == 32 && offsetof(sample_t, us) == 8 && offsetof(sample_t, sm) == 16, "nvmlProcessUtilizationSample_t");

enum { OK, INVALID = 2, UNSUPPORTED = 3, DENIED = 4, NOT_FOUND = 6, TOO_SMALL = 7, NO_DRIVER = 9, LOST = 15, MISMATCH = 18, WRONG_VERSION = 25, UNKNOWN = 999 };

typedef struct { int index; } card_t;
static card_t cards[2] = {{0}, {1}};
static int readings, starts, lists;

static int is(const char *scenario) {
  const char *set = getenv("FAKE_NVML");
  return set != NULL && strcmp(set, scenario) == 0;
}
static uint32_t count(void) { return is("ok") || is("lost") ? 2 : 1; }
/* Which card, or -1 for a handle that is none. */
static int at(void *device) {
  for (uint32_t i = 0; i < count(); i++) if (device == &cards[i]) return (int)i;
  return -1;
}
#define CARD(device) int card = at(device); if (card < 0) return INVALID; if (is("bare")) return UNSUPPORTED; (void)card
#define PASSIVE() if (card == 1) return UNSUPPORTED
static int put(uint32_t *into, uint32_t value) { *into = value; return OK; }

static int begin(void) { readings = 0; starts++; return is("no_driver") ? NO_DRIVER : is("mismatch") ? MISMATCH : OK; }
int nvmlShutdown(void) { return OK; }
int nvmlSystemGetDriverVersion(char *text, uint32_t length) { strncpy(text, "550.54.15", length); return OK; }
static int handle(uint32_t index, void **out) { if (index >= count()) return INVALID; *out = &cards[index]; return OK; }
static int process_list(uint32_t *have, void *out, size_t row, const process_535_t *rows, uint32_t n) {
  if (out == NULL || *have < n) { *have = n; return TOO_SMALL; }
  for (uint32_t i = 0; i < n; i++) memcpy((char *)out + i * row, &rows[i], row);
  *have = n;
  return OK;
}
static const process_535_t compute[] = {{4000000, 1000, 7, 7, 9}, {11, UINT64_MAX, 7, 7, 9}};
static const process_535_t graphics[] = {{4000000, 3000, 7, 7, 9}};
static int compute_list(void *d, uint32_t *have, void *out, size_t row) {
  CARD(d);
  if (card == 1) return DENIED;
  if (is("growing")) { /* more at each of the first calls than there was room for */
    static process_535_t many[80];
    uint32_t n = lists < 3 ? 14 + 20 * lists : 74;
    lists++;
    for (uint32_t i = 0; i < n; i++) many[i] = (process_535_t){100 + i, 1000 + i, 0, 0, 0};
    return process_list(have, out, row, many, n);
  }
  return process_list(have, out, row, compute, 2);
}
static int graphics_list(void *d, uint32_t *have, void *out, size_t row) {
  CARD(d);
  if (card == 1) return DENIED;
  if (is("growing")) { *have = 0; return OK; }
  return process_list(have, out, row, graphics, 1);
}

#ifndef OLD_NAMES
int nvmlInit_v2(void) { return begin(); }
int nvmlSystemGetNVMLVersion(char *text, uint32_t length) { strncpy(text, "12.550.54.15", length); return OK; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 12040; return OK; }
int nvmlDeviceGetCount_v2(uint32_t *n) { return put(n, count()); }
int nvmlDeviceGetHandleByIndex_v2(uint32_t index, void **out) { return handle(index, out); }
int nvmlDeviceGetPciInfo_v3(void *d, pci_t *info) { CARD(d); strcpy(info->legacy, "0000:FF:1F.7"); strcpy(info->busId, card == 0 ? "00000000:3B:00.0" : "00010000:AF:00.0"); return OK; }
int nvmlDeviceGetMemoryInfo_v2(void *d, memory_v2_t *m) {
  CARD(d);
  if (is("refused") || m->version != (sizeof(memory_v2_t) | (2u << 24))) return WRONG_VERSION;
  m->total = 150754820096ull; m->reserved = 600000000ull; m->used = 20000000000ull; m->free = m->total - m->used - m->reserved;
  return OK;
}
int nvmlDeviceGetTemperatureV(void *d, temperature_t *t) {
  CARD(d);
  if (t->version != (sizeof(temperature_t) | (1u << 24)) || t->sensor != 0) return WRONG_VERSION;
  t->celsius = -3;
  return OK;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *d, uint32_t *have, void *out) {
  if (is("refused")) return WRONG_VERSION;
  return compute_list(d, have, out, is("wide") ? sizeof(process_535_t) : sizeof(process_t));
}
int nvmlDeviceGetComputeRunningProcesses_v2(void *d, uint32_t *have, void *out) { return compute_list(d, have, out, sizeof(process_t)); }
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *d, uint32_t *have, void *out) {
  if (is("refused")) return WRONG_VERSION;
  return graphics_list(d, have, out, is("wide") ? sizeof(process_535_t) : sizeof(process_t));
}
int nvmlDeviceGetGraphicsRunningProcesses_v2(void *d, uint32_t *have, void *out) { return graphics_list(d, have, out, sizeof(process_t)); }
int nvmlDeviceGetMPSComputeRunningProcesses_v3(void *d, uint32_t *have, void *out) { CARD(d); *have = 0; return card == 1 ? UNSUPPORTED : OK; }
int nvmlDeviceGetMigMode(void *d, uint32_t *current, uint32_t *pending) { CARD(d); put(pending, 1); return put(current, card == 1); }
int nvmlDeviceGetTotalEnergyConsumption(void *d, uint64_t *millijoules) { CARD(d); *millijoules = 5000000001500ull; return OK; }
#else
int nvmlInit(void) { return begin(); }
int nvmlDeviceGetCount(uint32_t *n) { return put(n, count()); }
int nvmlDeviceGetHandleByIndex(uint32_t index, void **out) { return handle(index, out); }
int nvmlDeviceGetPciInfo(void *d, pci_t *info) { CARD(d); strcpy(info->legacy, "0000:3B:00.0"); return OK; }
int nvmlDeviceGetComputeRunningProcesses(void *d, uint32_t *have, void *out) { return compute_list(d, have, out, sizeof(process_v1_t)); }
int nvmlDeviceGetGraphicsRunningProcesses(void *d, uint32_t *have, void *out) { return graphics_list(d, have, out, sizeof(process_v1_t)); }
#endif

int nvmlDeviceGetName(void *d, char *text, uint32_t length) { if (at(d) < 0) return INVALID; strncpy(text, at(d) == 0 ? "NVIDIA Test 9000" : "NVIDIA Passive 1", length); return OK; }
int nvmlDeviceGetUUID(void *d, char *text, uint32_t length) { if (at(d) < 0) return INVALID; strncpy(text, at(d) == 0 ? "GPU-1" : "GPU-2", length); return OK; }
int nvmlDeviceGetUtilizationRates(void *d, utilization_t *u) {
  CARD(d);
  if (is("lost") && starts == 1 && card == 0 && ++readings >= 2) return LOST;
  if (is("gone") && starts == 1 && ++readings >= 2) return NO_DRIVER;
  PASSIVE();
  u->gpu = is("idle") ? 0 : 87; u->memory = 41;
  return OK;
}
int nvmlDeviceGetMemoryInfo(void *d, memory_t *m) { CARD(d); m->total = 8000000000ull; m->used = 2500000000ull; m->free = m->total - m->used; return OK; }
int nvmlDeviceGetTemperature(void *d, uint32_t sensor, uint32_t *value) {
  if (is("bare")) return DENIED;
  CARD(d);
  if (is("refused")) return UNSUPPORTED;
  return put(value, 63 + sensor);
}
int nvmlDeviceGetTemperatureThreshold(void *d, uint32_t type, uint32_t *value) { CARD(d); return type > 1 ? INVALID : put(value, type == 0 ? 98 : 93); }
int nvmlDeviceGetPowerUsage(void *d, uint32_t *value) { CARD(d); return put(value, 312400); }
int nvmlDeviceGetEnforcedPowerLimit(void *d, uint32_t *value) { CARD(d); return put(value, 700000); }
int nvmlDeviceGetPowerManagementLimitConstraints(void *d, uint32_t *least, uint32_t *most) { CARD(d); put(least, 200000); return put(most, 750000); }
int nvmlDeviceGetFanSpeed(void *d, uint32_t *value) { CARD(d); PASSIVE(); return put(value, 104); }
int nvmlDeviceGetClockInfo(void *d, uint32_t type, uint32_t *value) { static const uint32_t mhz[] = {1980, 1981, 2619, 1500}; if (is("bare")) return UNKNOWN; CARD(d); return type > 3 ? INVALID : put(value, mhz[type]); }
int nvmlDeviceGetMaxClockInfo(void *d, uint32_t type, uint32_t *value) { static const uint32_t mhz[] = {2100, 2101, 2700, 1600}; CARD(d); return type > 3 ? INVALID : put(value, mhz[type]); }
int nvmlDeviceGetPerformanceState(void *d, int *value) { CARD(d); *value = card == 0 ? 2 : 32; return OK; }
int nvmlDeviceGetEncoderUtilization(void *d, uint32_t *value, uint32_t *period) { CARD(d); PASSIVE(); *period = 167000; return put(value, is("idle") ? 0 : 5); }
int nvmlDeviceGetDecoderUtilization(void *d, uint32_t *value, uint32_t *period) { CARD(d); PASSIVE(); *period = 167000; return put(value, is("idle") ? 0 : 6); }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *d, uint64_t *value) { CARD(d); *value = card == 0 ? 0x1 | 0x4 | 0x8 | 0x40 : 0x1; return OK; }
int nvmlDeviceGetCurrPcieLinkGeneration(void *d, uint32_t *value) { CARD(d); return put(value, 1); }
int nvmlDeviceGetMaxPcieLinkGeneration(void *d, uint32_t *value) { CARD(d); return put(value, 5); }
int nvmlDeviceGetCurrPcieLinkWidth(void *d, uint32_t *value) { CARD(d); return put(value, 8); }
int nvmlDeviceGetMaxPcieLinkWidth(void *d, uint32_t *value) { CARD(d); return put(value, 16); }
int nvmlDeviceGetPcieThroughput(void *d, uint32_t counter, uint32_t *value) { CARD(d); return counter > 1 ? INVALID : put(value, counter == 0 ? 12 : 84); }
int nvmlDeviceGetEccMode(void *d, uint32_t *current, uint32_t *pending) { CARD(d); PASSIVE(); put(pending, 0); return put(current, 1); }
int nvmlDeviceGetTotalEccErrors(void *d, uint32_t type, uint32_t counter, uint64_t *value) { CARD(d); PASSIVE(); if (type > 1 || counter != 0) return INVALID; *value = type == 0 ? 5000000000ull : 1; return OK; }
int nvmlDeviceGetProcessUtilization(void *d, sample_t *out, uint32_t *have, uint64_t since) {
  static const sample_t rows[] = {{4000000, 100, 10, 1, 2, 3}, {4000000, 200, 66, 4, 30, 120}};
  CARD(d);
  PASSIVE();
  if (since >= 200) return NOT_FOUND;
  if (out == NULL || *have < 2) { *have = 2; return TOO_SMALL; }
  memcpy(out, rows, sizeof rows);
  *have = 2;
  return OK;
}
