// What is freed is written over: passwords, secrets and opened texts pass through the heap of this process, also in libraries' buffers, and
// none of it is left there between requests. glibc's M_PERTURB would do it but for what its thread caches keep, which is most of it; so
// this free stands before glibc's, which glibc allows for ("Replacing malloc" in its manual). Sanitizers have a free of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <malloc.h>
#include <string.h>

extern "C" {

void __libc_free(void* memory);

void free(void* memory) noexcept {
  if (memory != nullptr) ::explicit_bzero(memory, ::malloc_usable_size(memory));
  __libc_free(memory);
}

}

#endif
