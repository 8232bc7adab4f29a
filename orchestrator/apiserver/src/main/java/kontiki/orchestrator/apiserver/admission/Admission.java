package kontiki.orchestrator.apiserver.admission;

import java.util.List;

/** The admission plugins in the order in which they run. Immutable. */
public record Admission(List<AdmissionPlugin> plugins) {
  public static final Admission NONE = new Admission(List.of());

  public Admission {
    plugins = List.copyOf(plugins);
  }

  public void admit(AdmissionRequest request) {
    for (AdmissionPlugin plugin : plugins) {
      plugin.admit(request);
    }
  }

  public void validate(AdmissionRequest request) {
    for (AdmissionPlugin plugin : plugins) {
      plugin.validate(request);
    }
  }
}
