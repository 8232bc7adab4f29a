package kontiki.orchestrator.apiserver.admission;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;

/** Lets pods stay five minutes on a node that is not ready or not reachable. */
public final class DefaultTolerationSeconds implements AdmissionPlugin {
  static final long SECONDS = 300;

  private static final List<String> TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  @Override
  public String name() {
    return "DefaultTolerationSeconds";
  }

  @Override
  public void admit(AdmissionRequest request) {
    JsonObject pod = request.object();
    if (pod == null
        || request.operation() != AdmissionRequest.Operation.CREATE
        || !request.isMain("", "pods")) {
      return;
    }
    JsonObject spec = pod.ensureObject("spec");
    for (String taint : TAINTS) {
      if (spec.objects("tolerations").stream().noneMatch(each -> tolerates(each, taint))) {
        spec.ensureList("tolerations")
            .add(
                JsonObject.of(
                    "key",
                    taint,
                    "operator",
                    "Exists",
                    "effect",
                    "NoExecute",
                    "tolerationSeconds",
                    SECONDS));
      }
    }
  }

  private static boolean tolerates(JsonObject toleration, String taint) {
    String key = toleration.string("key", "");
    String effect = toleration.string("effect", "");
    return (key.equals(taint) || key.isEmpty()) && (effect.equals("NoExecute") || effect.isEmpty());
  }
}
