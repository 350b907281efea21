#include "lib/import/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <memory>

namespace import {

using base::ErrorKind;
using base::fail;

namespace {

struct Ends {
  void operator()(archive* one) const { archive_free(one); }
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};
using Archive = std::unique_ptr<archive, Ends>;
using Entry = std::unique_ptr<archive_entry, Ends>;

// libarchive turns names into those of the thread's locale, and refuses the whole archive where a letter is not in it.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_, before_ = nullptr;
};

la_ssize_t append(archive*, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

bool has_step_up(std::string_view path) {
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    if (path.substr(at, end - at) == "..") return true;
    at = end + 1;
  }
  return false;
}

base::Result<std::string> read_entry(archive* in, std::size_t room) {
  std::string out;
  char part[65536];
  while (true) {
    const la_ssize_t got = archive_read_data(in, part, sizeof part);
    if (got == 0) return out;
    if (got < 0) return fail(ErrorKind::invalid, kNoArchive);
    out.append(part, static_cast<std::size_t>(got));
    if (out.size() > std::min(room, kMostEntryBytes)) return fail(ErrorKind::too_large, "too much in the archive");
  }
}

// Every regular file by the path that the archive gives it.
base::Result<Files> read_entries(archive* in) {
  Files out;
  archive_entry* entry = nullptr;
  std::size_t room = kMostUnpackedBytes;
  for (std::size_t count = 0;; ++count) {
    const int code = archive_read_next_header(in, &entry);
    if (code == ARCHIVE_EOF) return out;
    if (code != ARCHIVE_OK) return fail(ErrorKind::invalid, kNoArchive);
    if (count == kMostEntries) return fail(ErrorKind::too_large, "too many files in the archive");
    const char* name = archive_entry_pathname(entry);
    const bool is_file = archive_entry_filetype(entry) == AE_IFREG, is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (name == nullptr || *name == '/' || has_step_up(name) || archive_entry_hardlink(entry) != nullptr || !(is_file || is_folder)) return fail(ErrorKind::invalid, "a link, or a path out of the folder");
    if (is_folder) continue;
    KK_LET(std::string bytes, read_entry(in, room));
    room -= bytes.size();
    const bool is_new = out.emplace(std::string_view(name).starts_with("./") ? name + 2 : name, std::move(bytes)).second;
    if (!is_new) return fail(ErrorKind::invalid, shown_path(name) + ": there are two files of this name");
  }
}

}  // namespace

base::Result<std::string> pack(const Files& files) {
  std::string out;
  const Archive to(archive_write_new());
  const auto failed = [&] { return fail(ErrorKind::broken, std::string("an archive: ") + (archive_error_string(to.get()) == nullptr ? "out of memory" : archive_error_string(to.get()))); };
  if (to == nullptr || archive_write_set_format_zip(to.get()) != ARCHIVE_OK || archive_write_set_bytes_in_last_block(to.get(), 1) != ARCHIVE_OK ||
      archive_write_open(to.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK) return failed();
  for (const auto& [path, bytes] : files) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 1'767'225'600, 0);  // one time for all of them
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    if (archive_write_header(to.get(), entry.get()) != ARCHIVE_OK || archive_write_data(to.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size())) return failed();
  }
  if (archive_write_close(to.get()) != ARCHIVE_OK) return failed();
  return out;
}

base::Result<Found> unpack(std::string_view bytes) {
  const Utf8Names names;
  // A zip only by its directory at the end: one that was cut short would seem to hold fewer products.
  const Archive in(archive_read_new());
  if (in == nullptr || archive_read_support_format_zip_seekable(in.get()) != ARCHIVE_OK || archive_read_support_format_tar(in.get()) != ARCHIVE_OK || archive_read_support_filter_gzip(in.get()) != ARCHIVE_OK ||
      archive_read_open_memory(in.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return fail(ErrorKind::invalid, kNoArchive);
  KK_LET(Files all, read_entries(in.get()));
  constexpr std::string_view kHead = "catalogue.toml";
  std::optional<std::string> folder;
  for (const auto& [raw, unused] : all) {
    const std::string path = with_plain_ending(raw);
    const bool is_head = path == kHead || (path.ends_with("/" + std::string(kHead)) && !path.starts_with("__MACOSX/"));
    if (is_head && (!folder || path.size() < folder->size() + kHead.size())) folder = raw.substr(0, raw.size() - kHead.size());
  }
  if (!folder) return fail(ErrorKind::invalid, kNoCatalogue);
  Found out;
  for (auto& [path, content] : all) {
    const bool is_below = path.starts_with(*folder);
    if (is_below) KK_TRY(add_file(out, path.substr(folder->size()), std::move(content)));
    else if (!is_hidden_path(path)) out.others.push_back(shown_path(path));
  }
  return out;
}

}  // namespace import
