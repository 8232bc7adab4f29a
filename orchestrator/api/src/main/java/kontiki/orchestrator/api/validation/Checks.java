package kontiki.orchestrator.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.api.value.Quantity;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with an object. For one object, on one thread. */
final class Checks {
  static final String IMMUTABLE = "field is immutable";

  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> errors() {
    return errors;
  }

  void add(FieldError.Type type, String field, @Nullable Object value, String detail) {
    errors.add(new FieldError(type, field, value, detail));
  }

  void required(String field, String detail) {
    add(FieldError.Type.REQUIRED, field, null, detail);
  }

  void invalid(String field, @Nullable Object value, String detail) {
    add(FieldError.Type.INVALID, field, value, detail);
  }

  void forbidden(String field, String detail) {
    add(FieldError.Type.FORBIDDEN, field, null, detail);
  }

  /** A check of {@link Names}: each of its words is an error. */
  void named(String field, String value, List<String> wrong) {
    wrong.forEach(words -> invalid(field, value, words));
  }

  /** A string that must be there. */
  boolean present(JsonObject object, String key, String field) {
    if (object.string(key, "").isEmpty()) {
      required(field, "");
      return false;
    }
    return true;
  }

  /** A string that must be one of some, where it is there. */
  void oneOf(@Nullable Object value, String field, List<String> supported) {
    if (value != null && !value.equals("") && !supported.contains(value)) {
      String names = supported.stream().map(Json::writeText).collect(Collectors.joining(", "));
      add(FieldError.Type.NOT_SUPPORTED, field, value, "supported values: " + names);
    }
  }

  void notNegative(@Nullable Object value, String field) {
    if (value instanceof Long number && number < 0) {
      invalid(field, number, "must be greater than or equal to 0");
    }
  }

  void positive(@Nullable Object value, String field) {
    if (value instanceof Long number && number <= 0) {
      invalid(field, number, "must be greater than 0");
    }
  }

  void same(@Nullable Object after, @Nullable Object before, String field) {
    if (!Objects.equals(after, before)) {
      invalid(field, after, IMMUTABLE);
    }
  }

  /** Amounts of resources: named well, and not negative. */
  void amounts(@Nullable JsonObject amounts, String field) {
    if (amounts == null) {
      return;
    }
    amounts.forEach((name, amount) -> {
      String at = field + "[" + name + "]";
      if (!name.matches("[a-z]+")) {
        named(at, name, Names.qualifiedName(name));
      }
      if (amount instanceof String text && Quantity.parse(text).signum() < 0) {
        invalid(at, text, "must be greater than or equal to 0");
      }
    });
  }

  void labels(@Nullable JsonObject labels, String field) {
    if (labels != null) {
      labels.forEach((key, value) -> {
        named(field, key, Names.qualifiedName(key));
        named(field, String.valueOf(value), Names.labelValue(String.valueOf(value)));
      });
    }
  }

  /** A selector with matchLabels and matchExpressions. */
  void selector(@Nullable JsonObject selector, String field) {
    if (selector == null) {
      return;
    }
    labels(selector.object("matchLabels"), field + ".matchLabels");
    int index = 0;
    for (JsonObject expression : selector.objects("matchExpressions")) {
      String at = field + ".matchExpressions[" + index++ + "]";
      String key = expression.string("key", "");
      named(at + ".key", key, Names.qualifiedName(key));
      boolean values = !expression.strings("values").isEmpty();
      switch (expression.string("operator", "")) {
        case "In", "NotIn" -> {
          if (!values) {
            required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
          }
        }
        case "Exists", "DoesNotExist" -> {
          if (values) {
            forbidden(
                at + ".values",
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
          }
        }
        default ->
            invalid(at + ".operator", expression.get("operator"), "not a valid selector operator");
      }
    }
  }

  /** Values of one key of a list's items, of which no two may be alike. */
  void distinct(List<JsonObject> items, String key, String field) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String value = items.get(i).string(key, "");
      if (!value.isEmpty() && !seen.add(value)) {
        add(FieldError.Type.DUPLICATE, field + "[" + i + "]." + key, value, "");
      }
    }
  }
}
