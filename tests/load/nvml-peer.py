"""python3 tests/load/nvml-peer.py: what NVIDIA's own binding (nvidia-ml-py) takes for the readings of gpu-check.ts.

Once a second, the slower ones every fifth time; CPU time of each reading in milliseconds, and of the calls that cost most.
"""

import statistics
import time

import pynvml as nvml

READINGS = 20
SLOW_EVERY = 5

nvml.nvmlInit()
card = nvml.nvmlDeviceGetHandleByIndex(0)

EACH = [
    (nvml.nvmlDeviceGetUtilizationRates,),
    (nvml.nvmlDeviceGetMemoryInfo, nvml.nvmlMemory_v2),
    (nvml.nvmlDeviceGetEncoderUtilization,),
    (nvml.nvmlDeviceGetDecoderUtilization,),
    (nvml.nvmlDeviceGetTemperature, nvml.NVML_TEMPERATURE_GPU),
    (nvml.nvmlDeviceGetPowerUsage,),
    (nvml.nvmlDeviceGetFanSpeed,),
    (nvml.nvmlDeviceGetClockInfo, nvml.NVML_CLOCK_GRAPHICS),
    (nvml.nvmlDeviceGetClockInfo, nvml.NVML_CLOCK_MEM),
    (nvml.nvmlDeviceGetCurrentClocksEventReasons,),
    (nvml.nvmlDeviceGetComputeRunningProcesses,),
    (nvml.nvmlDeviceGetGraphicsRunningProcesses,),
    (nvml.nvmlDeviceGetMPSComputeRunningProcesses,),
    (nvml.nvmlDeviceGetProcessUtilization, 0),
]
SLOW = [
    (nvml.nvmlDeviceGetEnforcedPowerLimit,),
    (nvml.nvmlDeviceGetTotalEnergyConsumption,),
    (nvml.nvmlDeviceGetClockInfo, nvml.NVML_CLOCK_VIDEO),
    (nvml.nvmlDeviceGetCurrPcieLinkGeneration,),
    (nvml.nvmlDeviceGetCurrPcieLinkWidth,),
    (nvml.nvmlDeviceGetPcieThroughput, nvml.NVML_PCIE_UTIL_TX_BYTES),
    (nvml.nvmlDeviceGetPcieThroughput, nvml.NVML_PCIE_UTIL_RX_BYTES),
    (nvml.nvmlDeviceGetTotalEccErrors, 0, 0),
    (nvml.nvmlDeviceGetTotalEccErrors, 1, 0),
    (nvml.nvmlDeviceGetEccMode,),
    (nvml.nvmlDeviceGetPerformanceState,),
]


def cpu_ms(calls):
    begun = time.process_time()
    for call, *arguments in calls:
        try:
            call(card, *arguments)
        except nvml.NVMLError:
            pass  # not every card has a fan
    return (time.process_time() - begun) * 1000


costs = []
for at in range(READINGS):
    costs.append(cpu_ms(EACH + (SLOW if at % SLOW_EVERY == 0 else [])))
    time.sleep(1)
print(f"CPU of a reading: {statistics.median(costs):.1f} ms in the middle, {statistics.mean(costs):.1f} in the mean, {max(costs):.1f} at most.")
for calls in sorted((call for call in EACH + SLOW), key=lambda call: -cpu_ms([call]))[:5]:
    print(f"  {calls[0].__name__:40} {cpu_ms([calls]):.2f}")
