#include "backoffice/tls_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>

namespace backoffice {

base::Result<base::UtcTime> certificate_ends(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "r"), BIO_free);
  std::optional<base::UtcTime> first;
  while (file) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
    std::tm end{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) break;
    const base::UtcTime ends{std::chrono::seconds(timegm(&end))};
    first = first ? std::min(*first, ends) : ends;
  }
  ERR_clear_error();
  if (!first) return base::fail(base::ErrorKind::broken, path + ": no certificate can be read there");
  return *first;
}

}  // namespace backoffice
