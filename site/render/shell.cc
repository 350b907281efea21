#include "render/shell.h"

namespace render {
namespace {

// A place is \x02, its letter, \x03: no text of ours holds these bytes.
std::string place(char letter) { return {'\x02', letter, '\x03'}; }

void replace(std::string& text, const std::string& what, const std::string& with) {
  const auto pos = text.find(what);
  if (pos != std::string::npos) text.replace(pos, what.size(), with);
}

// Cuts out the line that holds `inner` and leaves `outer` in its place.
std::string cut_line(std::string& text, const std::string& inner, const std::string& outer) {
  const auto pos = text.find(inner);
  if (pos == std::string::npos) return {};
  const auto begin = text.rfind('\n', pos) + 1;
  const auto end = text.find('\n', pos) + 1;
  auto line = text.substr(begin, end - begin);
  text.replace(begin, end - begin, outer);
  return line;
}

view::Object with_places(const view::Templates& templates, base::Lang lang, bool index, view::Object frame) {
  view::List meta, languages;
  if (index) {
    view::List alternates{view::Object().set("code", place('c')).set("url", place('u'))};
    meta.push_back(view::Object()
                       .set("description", place('d'))
                       .set("canonical", place('l'))
                       .set("og_image", place('i'))
                       .set("alternates", std::move(alternates)));
  }
  for (const auto other : base::kLangs) {
    languages.push_back(view::Object()
                            .set("code", base::to_string(other))
                            .set("name", templates.say(other, "common.language_name"))
                            .set("url", place(static_cast<char>('0' + base::index(other))))
                            .set("current", other == lang));
  }
  frame.set("title", place('t')).set("noindex", !index).set("meta", std::move(meta));
  frame.set("languages", std::move(languages)).set("scripts", view::List{view::Object().set("src", place('s'))});
  frame.set("main", view::Html{place('m')});
  return frame;
}

}  // namespace

base::Result<Shell> Shell::make(const view::Templates& templates, base::Lang lang, bool index, view::Object frame) {
  KK_LET(std::string text, templates.render("storefront/frame", lang, with_places(templates, lang, index, std::move(frame))));
  text.erase(0, text.find_first_not_of("\n "));
  Shell out;
  out.alternate_ = cut_line(text, place('c'), place('A'));
  out.script_ = cut_line(text, place('s'), place('S'));
  for (std::size_t begin = 0; begin < text.size();) {
    const auto next = text.find('\x02', begin);
    if (next == std::string::npos) {
      out.parts_.emplace_back(text.substr(begin), '\0');
      break;
    }
    out.parts_.emplace_back(text.substr(begin, next - begin), text[next + 1]);
    begin = next + 3;
  }
  return out;
}

std::string Shell::fill(const ShellValues& values, std::string_view main) const {
  std::string out;
  out.reserve(main.size() + 8192);
  for (const auto& [text, letter] : parts_) {
    out += text;
    switch (letter) {
      case 't': out += view::escape(values.title); break;
      case 'd': out += view::escape(values.description); break;
      case 'l': out += view::escape(values.canonical); break;
      case 'i': out += view::escape(values.og_image); break;
      case 'm': out += main; break;
      case 'A':
        for (const auto& [code, url] : values.alternates) {
          auto line = alternate_;
          replace(line, place('c'), view::escape(code));
          replace(line, place('u'), view::escape(url));
          out += line;
        }
        break;
      case 'S':
        for (const auto& src : values.scripts) {
          auto line = script_;
          replace(line, place('s'), view::escape(src));
          out += line;
        }
        break;
      case '0':
      case '1':
      case '2': out += view::escape(values.languages[static_cast<std::size_t>(letter - '0')]); break;
      default: break;
    }
  }
  return out;
}

}  // namespace render
