#include "render/write.h"

#include <brotli/encode.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace render {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

tl::unexpected<base::Error> cannot(const std::string& what, const std::string& path) {
  return fail(ErrorKind::broken, "cannot " + what + " " + path + ": " + std::strerror(errno));
}

base::Status write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorKind::broken, std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

base::Status put(const std::string& path, std::string_view bytes, Place place) {
  static std::atomic<unsigned> serial = 0;
  const std::string temporary = place == Place::fresh ? path : path + ".new" + std::to_string(++serial);
  int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 && errno == ENOENT) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  }
  if (file < 0) return cannot("write", temporary);
  const auto written = write_all(file, bytes);
  if (::close(file) != 0 || !written) {
    ::unlink(temporary.c_str());
    return fail(ErrorKind::broken, "cannot write " + path + ": " + (written ? std::strerror(errno) : written.error().detail));
  }
  if (place == Place::served && ::rename(temporary.c_str(), path.c_str()) != 0) {
    const auto failed = cannot("rename to", path);
    ::unlink(temporary.c_str());
    return failed;
  }
  return {};
}

constexpr int kGzipLevel = 6;

base::Result<std::string> gzip(std::string_view bytes) {
  struct Free {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };
  // One for each thread: its memory is not asked for again for every page.
  thread_local const std::unique_ptr<libdeflate_compressor, Free> compressor(libdeflate_alloc_compressor(kGzipLevel));
  if (!compressor) return fail(ErrorKind::broken, "no memory to compress");
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  const std::size_t size = libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size());
  if (size == 0) return fail(ErrorKind::broken, "libdeflate did not finish");
  out.resize(size);
  return out;
}

base::Result<std::string> brotli(std::string_view bytes, int quality) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                                          reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(out.data()));
  if (done != BROTLI_TRUE) return fail(ErrorKind::broken, "brotli did not finish");
  out.resize(size);
  return out;
}

}  // namespace

base::Status write_file(const std::string& root, const std::string& name, std::string_view bytes, Packing packing, Place place) {
  const std::string path = root + "/" + name;
  if (packing == Packing::none) return put(path, bytes, place);
  KK_LET(const std::string gz, gzip(bytes));
  KK_LET(const std::string br, brotli(bytes, packing == Packing::asset ? 11 : 5));
  KK_TRY(put(path + ".gz", gz, place));
  KK_TRY(put(path + ".br", br, place));
  return put(path, bytes, place);
}

void remove_file(const std::string& root, const std::string& name) {
  for (const char* ending : {"", ".gz", ".br"}) ::unlink((root + "/" + name + ending).c_str());
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::broken, "cannot read " + path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

}  // namespace render
