// What can fail returns Result<T>; ignoring one is a compile error.
//
// Kinds are closed: whoever handles an error switches over them without a default.
// `detail` is for the technical log and holds no personal data; what a person reads comes from
// site/text by kind (and field).
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace base {

enum class ErrorKind {
  invalid,      // the input breaks a rule                      -> 400
  denied,       // not allowed                                  -> 403
  not_found,    //                                              -> 404
  wrong_method, // detail: those that there are, "GET, HEAD"     -> 405
  conflict,     // the state has moved on, or a unique key      -> 409
  too_large,    //                                              -> 413
  unavailable,  // the database or a service is away; try again -> 503
  broken,       // our own fault                                -> 500
};

struct Error {
  ErrorKind kind;
  std::string detail;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string detail) {
  return tl::unexpected<Error>(Error{kind, std::move(detail)});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

const char* to_string(ErrorKind kind);

}  // namespace base

// Leaves the function with the error of `expr`, if it has one.
#define KK_TRY(expr)                                                       \
  do {                                                                     \
    auto kk_try_ = (expr);                                                 \
    if (!kk_try_) return ::base::fail(std::move(kk_try_).error());         \
  } while (false)

#define KK_JOIN2(a, b) a##b
#define KK_JOIN(a, b) KK_JOIN2(a, b)
// KK_LET(auto x, f()): x is the value of f(), or the function is left with f()'s error.
#define KK_LET(decl, expr) KK_LET_(KK_JOIN(kk_let_, __LINE__), decl, expr)
#define KK_LET_(tmp, decl, expr)                                 \
  auto tmp = (expr);                                             \
  if (!tmp) return ::base::fail(std::move(tmp).error());         \
  decl = std::move(*tmp)
