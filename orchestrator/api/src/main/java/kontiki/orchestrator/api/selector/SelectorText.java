package kontiki.orchestrator.api.selector;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.selector.Requirement.Operator;
import kontiki.orchestrator.api.value.Names;

/** The text of a label selector being read (apimachinery, pkg/labels). */
final class SelectorText {
  private final String text;
  private int at;

  SelectorText(String text) {
    this.text = text;
  }

  List<Requirement> requirements() {
    List<Requirement> requirements = new ArrayList<>();
    do {
      requirements.add(requirement());
      space();
    } while (taken(','));
    if (at < text.length()) {
      throw malformed("',' or the end");
    }
    return requirements;
  }

  private Requirement requirement() {
    space();
    if (taken('!')) {
      return new Requirement(key(), Operator.DOES_NOT_EXIST, List.of());
    }
    String key = key();
    space();
    if (at == text.length() || text.charAt(at) == ',') {
      return new Requirement(key, Operator.EXISTS, List.of());
    }
    if (taken('=')) {
      taken('=');
      return new Requirement(key, Operator.IN, List.of(checkedValue()));
    }
    if (text.startsWith("!=", at)) {
      at += 2;
      return new Requirement(key, Operator.NOT_IN, List.of(checkedValue()));
    }
    if (taken('>')) {
      return new Requirement(key, Operator.GREATER_THAN, List.of(number()));
    }
    if (taken('<')) {
      return new Requirement(key, Operator.LESS_THAN, List.of(number()));
    }
    return switch (word()) {
      case "in" -> new Requirement(key, Operator.IN, values());
      case "notin" -> new Requirement(key, Operator.NOT_IN, values());
      default -> throw malformed("'=', '!=', '==', 'in', notin'");
    };
  }

  private String key() {
    space();
    String key = word();
    List<String> wrong = Names.qualifiedName(key);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "unable to parse requirement: key: Invalid value: \"%s\": %s"
              .formatted(key, String.join("; ", wrong)));
    }
    return key;
  }

  private String number() {
    String value = checkedValue();
    if (!value.matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException(
          "unable to parse requirement: values[0]: Invalid value: \"%s\": for 'Gt', 'Lt' operators, the value must be an integer"
              .formatted(value));
    }
    return value;
  }

  private String checkedValue() {
    space();
    String value = word();
    List<String> wrong = Names.labelValue(value);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "unable to parse requirement: values[0]: Invalid value: \"%s\": %s"
              .formatted(value, String.join("; ", wrong)));
    }
    return value;
  }

  private List<String> values() {
    space();
    if (!taken('(')) {
      throw malformed("'('");
    }
    List<String> values = new ArrayList<>();
    do {
      values.add(checkedValue());
      space();
    } while (taken(','));
    if (!taken(')')) {
      throw malformed("',' or ')'");
    }
    return values;
  }

  private String word() {
    int from = at;
    while (at < text.length() && "=!,()<> \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean taken(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private IllegalArgumentException malformed(String expected) {
    int end = Math.min(text.length(), at + 20);
    return new IllegalArgumentException(
        "unable to parse requirement: found '%s', expected: %s"
            .formatted(text.substring(at, end), expected));
  }
}
