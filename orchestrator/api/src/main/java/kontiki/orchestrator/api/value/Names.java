package kontiki.orchestrator.api.value;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The forms of names (apimachinery, pkg/util/validation). Each check returns what is wrong, in the
 * API server's words; an empty list where nothing is.
 */
public final class Names {
  private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN_FORM =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
  private static final String LABEL_1035_FORM = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String VALUE_FORM = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
  private static final String ENV_FORM = "[-._a-zA-Z][-._a-zA-Z0-9]*";
  private static final String KEY_FORM = "[-._a-zA-Z0-9]+";
  private static final String HEADER_FORM = "[-A-Za-z0-9]+";
  private static final String PERCENT_FORM = "[0-9]+%";

  private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
  private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_FORM);
  private static final Pattern LABEL_1035 = Pattern.compile(LABEL_1035_FORM);
  private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORM);
  private static final Pattern VALUE = Pattern.compile(VALUE_FORM);
  private static final Pattern ENV = Pattern.compile(ENV_FORM);
  private static final Pattern KEY = Pattern.compile(KEY_FORM);
  private static final Pattern HEADER = Pattern.compile(HEADER_FORM);
  private static final Pattern PERCENT = Pattern.compile(PERCENT_FORM);

  private Names() {}

  /** A lowercase RFC 1123 label: one part of a DNS name. */
  public static List<String> dnsLabel(String name) {
    List<String> wrong = new ArrayList<>();
    tooLong(name, 63, wrong);
    if (!LABEL.matcher(name).matches()) {
      wrong.add(
          form(
              "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                  + " '-', and must start and end with an alphanumeric character",
              LABEL_FORM,
              "my-name",
              "123-abc"));
    }
    return wrong;
  }

  /** A lowercase RFC 1123 subdomain: a whole DNS name. */
  public static List<String> dnsSubdomain(String name) {
    List<String> wrong = new ArrayList<>();
    tooLong(name, 253, wrong);
    if (!SUBDOMAIN.matcher(name).matches()) {
      wrong.add(
          form(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN_FORM,
              "example.com"));
    }
    return wrong;
  }

  /** A DNS-1035 label: as an RFC 1123 label, but it begins with a letter. */
  public static List<String> dns1035Label(String name) {
    List<String> wrong = new ArrayList<>();
    tooLong(name, 63, wrong);
    if (!LABEL_1035.matcher(name).matches()) {
      wrong.add(
          form(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              LABEL_1035_FORM,
              "my-name",
              "abc-123"));
    }
    return wrong;
  }

  /** A label's or annotation's key: a name, perhaps with a DNS subdomain and a slash before it. */
  public static List<String> qualifiedName(String name) {
    List<String> wrong = new ArrayList<>();
    String[] parts = name.split("/", -1);
    String last = parts[parts.length - 1];
    if (parts.length > 2) {
      wrong.add(
          "a qualified name "
              + form(
                  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                      + " with an alphanumeric character",
                  QUALIFIED_FORM,
                  "MyName",
                  "my.name",
                  "123-abc")
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return wrong;
    }
    if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        wrong.add("prefix part must be non-empty");
      } else {
        dnsSubdomain(parts[0]).forEach(reason -> wrong.add("prefix part " + reason));
      }
    }
    if (last.isEmpty()) {
      wrong.add("name part must be non-empty");
    } else if (last.length() > 63) {
      wrong.add("name part must be no more than 63 characters");
    }
    if (!QUALIFIED.matcher(last).matches()) {
      wrong.add(
          "name part "
              + form(
                  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                      + " with an alphanumeric character",
                  QUALIFIED_FORM,
                  "MyName",
                  "my.name",
                  "123-abc"));
    }
    return wrong;
  }

  /** A label's value. */
  public static List<String> labelValue(String value) {
    List<String> wrong = new ArrayList<>();
    tooLong(value, 63, wrong);
    if (!VALUE.matcher(value).matches()) {
      wrong.add(
          form(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character",
              VALUE_FORM,
              "MyValue",
              "my_value",
              "12345"));
    }
    return wrong;
  }

  /** A port's name in a container (IANA service name). */
  public static List<String> portName(String name) {
    List<String> wrong = new ArrayList<>();
    if (name.length() > 15) {
      wrong.add("must be no more than 15 characters");
    }
    if (!name.matches("[-a-z0-9]*")) {
      wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      wrong.add("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      wrong.add("must not contain consecutive hyphens");
    }
    if (name.startsWith("-") || name.endsWith("-")) {
      wrong.add("must not begin or end with a hyphen");
    }
    return wrong;
  }

  /** A port's number. */
  public static List<String> portNumber(long port) {
    return port >= 1 && port <= 65_535
        ? List.of()
        : List.of("must be between 1 and 65535, inclusive");
  }

  /** An environment variable's name. */
  public static List<String> envVarName(String name) {
    List<String> wrong = new ArrayList<>();
    if (!ENV.matcher(name).matches()) {
      wrong.add(
          form(
              "a valid environment variable name must consist of alphabetic characters, digits,"
                  + " '_', '-', or '.', and must not start with a digit",
              ENV_FORM,
              "my.env-name",
              "MY_ENV.NAME",
              "MyEnvName1"));
    }
    notDots(name, wrong);
    return wrong;
  }

  /** A key of a config map or a secret. */
  public static List<String> configMapKey(String key) {
    List<String> wrong = new ArrayList<>();
    tooLong(key, 253, wrong);
    if (!KEY.matcher(key).matches()) {
      wrong.add(
          form(
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
              KEY_FORM,
              "key.name",
              "KEY_NAME",
              "key-name"));
    }
    notDots(key, wrong);
    return wrong;
  }

  public static List<String> httpHeaderName(String name) {
    return HEADER.matcher(name).matches()
        ? List.of()
        : List.of(
            form(
                "a valid HTTP header must consist of alphanumeric characters or '-'",
                HEADER_FORM,
                "X-Header-Name"));
  }

  public static List<String> percent(String text) {
    return PERCENT.matcher(text).matches()
        ? List.of()
        : List.of(
            form(
                "a valid percent string must be a numeric string followed by an ending '%'",
                PERCENT_FORM, "1%", "93%"));
  }

  /** A name that can stand in a path. */
  public static List<String> pathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return List.of("may not be '" + name + "'");
    }
    List<String> wrong = new ArrayList<>();
    for (String illegal : new String[] {"/", "%"}) {
      if (name.contains(illegal)) {
        wrong.add("may not contain '" + illegal + "'");
      }
    }
    return wrong;
  }

  private static void notDots(String name, List<String> wrong) {
    if (name.equals(".") || name.equals("..")) {
      wrong.add("must not be '" + name + "'");
    } else if (name.startsWith("..")) {
      wrong.add("must not start with '..'");
    }
  }

  private static void tooLong(String name, int longest, List<String> wrong) {
    if (name.length() > longest) {
      wrong.add("must be no more than " + longest + " characters");
    }
  }

  private static String form(String what, String pattern, String... examples) {
    StringBuilder text = new StringBuilder(what).append(" (e.g. ");
    for (int i = 0; i < examples.length; i++) {
      text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append('\'');
      text.append(i < examples.length - 1 ? ", " : "");
    }
    return text.append(", regex used for validation is '").append(pattern).append("')").toString();
  }
}
