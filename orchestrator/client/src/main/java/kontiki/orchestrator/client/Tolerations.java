package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When a toleration covers a taint ({@code v1.Toleration.ToleratesTaint}). */
public final class Tolerations {
  private Tolerations() {}

  public static boolean tolerated(Taint taint, @Nullable List<Toleration> tolerations) {
    return tolerations != null && tolerations.stream().anyMatch(t -> tolerates(t, taint));
  }

  public static boolean tolerates(Toleration toleration, Taint taint) {
    String effect = toleration.getEffect();
    if (effect != null && !effect.isEmpty() && !effect.equals(taint.getEffect())) {
      return false;
    }
    String key = toleration.getKey();
    if (key != null && !key.isEmpty() && !key.equals(taint.getKey())) {
      return false;
    }
    String operator = toleration.getOperator();
    if ("Exists".equals(operator)) {
      return true;
    }
    boolean noKey = key == null || key.isEmpty();
    return !noKey && Objects.equals(orEmpty(toleration.getValue()), orEmpty(taint.getValue()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
