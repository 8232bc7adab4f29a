package kontiki.orchestrator.api.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A choice of objects by single fields, as {@code status.phase=Running,spec.nodeName!=n1}. */
public record FieldSelector(List<Term> terms) {
  public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  /** One condition: a field equals a value, or does not. */
  public record Term(String field, boolean equal, String value) {
    @Override
    public String toString() {
      return field + (equal ? "=" : "!=") + escaped(value);
    }

    private static String escaped(String text) {
      return text.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }
  }

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  /** Reads the form of queries. Throws IllegalArgumentException where it is malformed. */
  public static FieldSelector parse(String text) {
    List<Term> terms = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == ',') {
        if (!part.isEmpty()) {
          terms.add(term(part.toString()));
        }
        part.setLength(0);
      } else {
        part.append(text.charAt(i));
        if (text.charAt(i) == '\\' && i + 1 < text.length()) {
          part.append(text.charAt(++i));
        }
      }
    }
    return new FieldSelector(terms);
  }

  private static Term term(String part) {
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) == '\\') {
        i++;
      } else if (part.startsWith("!=", i)) {
        return new Term(part.substring(0, i), false, unescaped(part.substring(i + 2)));
      } else if (part.startsWith("==", i)) {
        return new Term(part.substring(0, i), true, unescaped(part.substring(i + 2)));
      } else if (part.charAt(i) == '=') {
        return new Term(part.substring(0, i), true, unescaped(part.substring(i + 1)));
      }
    }
    throw new IllegalArgumentException(
        "invalid selector: '%s'; can't understand '%s'".formatted(part, part));
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
      } else if (i + 1 < text.length() && "\\,=".indexOf(text.charAt(i + 1)) >= 0) {
        plain.append(text.charAt(++i));
      } else {
        throw new IllegalArgumentException(
            "invalid field selector: invalid escape sequence in value: " + text);
      }
    }
    return plain.toString();
  }

  /** Whether all terms hold; a field that is not there counts as the empty text. */
  public boolean matches(Function<String, @Nullable String> fields) {
    for (Term term : terms) {
      String value = fields.apply(term.field());
      if (term.value().equals(value == null ? "" : value) != term.equal()) {
        return false;
      }
    }
    return true;
  }

  /** The value that a field has to have, or null where none is asked for. */
  public @Nullable String required(String field) {
    for (Term term : terms) {
      if (term.equal() && term.field().equals(field)) {
        return term.value();
      }
    }
    return null;
  }

  public boolean isEverything() {
    return terms.isEmpty();
  }

  @Override
  public String toString() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(","));
  }
}
