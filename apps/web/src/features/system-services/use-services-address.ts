import { useListAddress } from '../../components/grid/use-list-address.ts'
import type { Sort } from '../../lib/sort.ts'
import { SORTABLE_SERVICE_COLUMNS } from './service-columns.ts'

const STANDARD_SORT: Sort = { column: 'name', descending: false }

export const useServicesAddress = () => useListAddress(SORTABLE_SERVICE_COLUMNS, STANDARD_SORT)
