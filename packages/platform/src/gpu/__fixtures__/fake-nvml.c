/*
 * A stand-in for libnvidia-ml.so.1 with the layouts of nvml.h 12.4, so that the binding is called for real.
 * FAKE_NVML: ok | old (without the newer names) | bare (supports nothing) | lost (at the second reading) | no_driver
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint32_t gpu, memory; } utilization_t;
typedef struct { uint64_t total, free, used; } memory_t;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } memory_v2_t;
typedef struct { uint32_t pid; uint64_t used; uint32_t gi, ci; } process_t;
typedef struct { uint32_t pid; uint64_t us; uint32_t sm, mem, enc, dec; } sample_t;

_Static_assert(sizeof(utilization_t) == 8, "nvmlUtilization_t");
_Static_assert(sizeof(memory_t) == 24 && offsetof(memory_t, used) == 16, "nvmlMemory_t");
_Static_assert(sizeof(memory_v2_t) == 40 && offsetof(memory_v2_t, total) == 8 && offsetof(memory_v2_t, used) == 32, "nvmlMemory_v2_t");
_Static_assert(sizeof(process_t) == 24 && offsetof(process_t, used) == 8, "nvmlProcessInfo_t");
_Static_assert(sizeof(sample_t) == 32 && offsetof(sample_t, us) == 8 && offsetof(sample_t, sm) == 16, "nvmlProcessUtilizationSample_t");

static int readings, starts, device = 7;
static int is(const char *scenario) {
  const char *set = getenv("FAKE_NVML");
  return set != NULL && strcmp(set, scenario) == 0;
}

#ifndef OLD_NAMES
int nvmlInit_v2(void) { readings = 0; starts++; return is("no_driver") ? 9 : 0; }
int nvmlDeviceGetCount_v2(uint32_t *count) { *count = 1; return 0; }
int nvmlDeviceGetHandleByIndex_v2(uint32_t index, void **out) { *out = &device; return index == 0 ? 0 : 2; }
int nvmlDeviceGetMemoryInfo_v2(void *d, memory_v2_t *m) {
  if (d != &device) return 2;
  if (m->version != (sizeof(memory_v2_t) | (2u << 24))) return 25;
  if (is("bare")) return 3;
  m->total = 150754820096ull; m->reserved = 600000000ull; m->used = 20000000000ull; m->free = m->total - m->used;
  return 0;
}
#else
int nvmlInit(void) { return 0; }
int nvmlDeviceGetCount(uint32_t *count) { *count = 1; return 0; }
int nvmlDeviceGetHandleByIndex(uint32_t index, void **out) { *out = &device; return index == 0 ? 0 : 2; }
#endif
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *text, uint32_t length) { strncpy(text, "550.54.15", length); return 0; }
int nvmlDeviceGetName(void *d, char *text, uint32_t length) { strncpy(text, "NVIDIA Test 9000", length); return d == &device ? 0 : 2; }
int nvmlDeviceGetUUID(void *d, char *text, uint32_t length) { strncpy(text, "GPU-1", length); return d == &device ? 0 : 2; }
int nvmlDeviceGetUtilizationRates(void *d, utilization_t *u) {
  if (is("lost") && starts == 1 && ++readings >= 2) return 15;
  if (is("bare")) return 3;
  u->gpu = 87; u->memory = 41;
  return d == &device ? 0 : 2;
}
int nvmlDeviceGetMemoryInfo(void *d, memory_t *m) {
  if (is("bare")) return 3;
  m->total = 8000000000ull; m->used = 2500000000ull; m->free = m->total - m->used;
  return d == &device ? 0 : 2;
}
int nvmlDeviceGetTemperature(void *d, uint32_t sensor, uint32_t *value) { if (is("bare")) return 4; *value = 63 + sensor; return 0; }
int nvmlDeviceGetPowerUsage(void *d, uint32_t *value) { if (is("bare")) return 3; *value = 312400; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(void *d, uint32_t *value) { if (is("bare")) return 3; *value = 700000; return 0; }
int nvmlDeviceGetFanSpeed(void *d, uint32_t *value) { return 3; }
int nvmlDeviceGetClockInfo(void *d, uint32_t type, uint32_t *value) { if (is("bare")) return 999; *value = type == 2 ? 2619 : 1980; return 0; }
int nvmlDeviceGetEncoderUtilization(void *d, uint32_t *value, uint32_t *period) { if (is("bare")) return 3; *value = 5; *period = 1; return 0; }
int nvmlDeviceGetDecoderUtilization(void *d, uint32_t *value, uint32_t *period) { if (is("bare")) return 3; *value = 6; *period = 1; return 0; }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *d, uint64_t *value) { if (is("bare")) return 3; *value = 0x1 | 0x4 | 0x8 | 0x40; return 0; }

static int list(uint32_t *count, process_t *out, const process_t *rows, uint32_t have) {
  if (*count < have || out == NULL) { *count = have; return 7; }
  memcpy(out, rows, have * sizeof *rows);
  *count = have;
  return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *d, uint32_t *count, process_t *out) {
  static const process_t rows[] = {{4000000, 1000, 0, 0}, {11, UINT64_MAX, 0, 0}};
  return is("bare") ? 3 : list(count, out, rows, 2);
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *d, uint32_t *count, process_t *out) {
  static const process_t rows[] = {{4000000, 3000, 0, 0}};
  return is("bare") ? 3 : list(count, out, rows, 1);
}
int nvmlDeviceGetProcessUtilization(void *d, sample_t *out, uint32_t *count, uint64_t since) {
  static const sample_t rows[] = {{4000000, 100, 10, 0, 0, 0}, {4000000, 200, 66, 0, 0, 0}};
  if (since >= 200) return 6;
  if (out == NULL || *count < 2) { *count = 2; return 7; }
  memcpy(out, rows, sizeof rows);
  *count = 2;
  return 0;
}
