// Fault points: FAULT("settle.before_commit") does nothing, unless the build is for tests (KK_FAULTS)
// and the file STATE/fault names the point: "NAME exit|stall|throw [SECONDS]" a line.
//   exit  the process ends at once, as by kill -9
//   stall the thread sleeps SECONDS (default 5)
//   throw std::runtime_error is thrown
// A line is used once and then taken out of the file. Release builds contain none of this.
#pragma once

#ifdef KK_FAULTS
namespace base {
void set_fault_dir(const char* state_dir);
void fault(const char* name);
}  // namespace base
#define FAULT(name) ::base::fault(name)
#else
#define FAULT(name) static_cast<void>(0)
#endif
