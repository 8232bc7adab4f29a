package kontiki.orchestrator.api.catalog;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of versions by age and stability: v2, v1, v2beta1, v1beta2, v1alpha1, then others by
 * name (Kubernetes' CRD versioning rules).
 */
public final class VersionOrder {
  private static final Pattern FORM = Pattern.compile("v([1-9]\\d*)(?:(alpha|beta)([1-9]\\d*))?");

  /** Preferred versions first. */
  public static final Comparator<String> NEWEST_FIRST = VersionOrder::compare;

  private VersionOrder() {}

  private static int compare(String left, String right) {
    Matcher a = FORM.matcher(left);
    Matcher b = FORM.matcher(right);
    boolean known = a.matches();
    boolean otherKnown = b.matches();
    if (!known || !otherKnown) {
      return known == otherKnown ? left.compareTo(right) : known ? -1 : 1;
    }
    int stability = Integer.compare(stability(b), stability(a));
    if (stability != 0) {
      return stability;
    }
    int major = Long.compare(number(b, 1), number(a, 1));
    return major != 0 ? major : Long.compare(number(b, 3), number(a, 3));
  }

  private static int stability(Matcher version) {
    String level = version.group(2);
    return level == null ? 2 : level.equals("beta") ? 1 : 0;
  }

  private static long number(Matcher version, int group) {
    String digits = version.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
