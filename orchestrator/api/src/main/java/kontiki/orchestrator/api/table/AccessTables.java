package kontiki.orchestrator.api.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonObject;

/** Who may do what: roles, bindings, certificate requests. */
final class AccessTables {
  private AccessTables() {}

  static void addTo(Map<String, TableLayout> all) {
    TableLayout role =
        TableLayout.of(
            (object, row) ->
                row.name(object).add(Cells.text(object, "metadata", "creationTimestamp")),
            "Name",
            "Created At");
    all.put("Role.rbac.authorization.k8s.io", role);
    all.put("ClusterRole.rbac.authorization.k8s.io", role);
    all.put("CustomResourceDefinition.apiextensions.k8s.io", role);
    TableLayout binding =
        TableLayout.of(
            AccessTables::binding, "Name", "Role", "Age", "-Users", "-Groups", "-ServiceAccounts");
    all.put("RoleBinding.rbac.authorization.k8s.io", binding);
    all.put("ClusterRoleBinding.rbac.authorization.k8s.io", binding);
    all.put(
        "CertificateSigningRequest.certificates.k8s.io",
        TableLayout.of(
            AccessTables::signingRequest,
            "Name",
            "Age",
            "SignerName",
            "Requestor",
            "RequestedDuration",
            "Condition"));
    all.put(
        "APIService.apiregistration.k8s.io",
        TableLayout.of(AccessTables::apiService, "Name", "Service", "Available", "Age"));
  }

  private static void binding(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(Cells.text(object, "roleRef", "kind") + "/" + Cells.text(object, "roleRef", "name"))
        .age(object)
        .add(subjects(object, "User"))
        .add(subjects(object, "Group"))
        .add(subjects(object, "ServiceAccount"));
  }

  private static String subjects(JsonObject object, String kind) {
    List<String> names = new ArrayList<>();
    for (JsonObject subject : object.objects("subjects")) {
      if (kind.equals(subject.string("kind"))) {
        String name = subject.string("name", "");
        names.add(
            kind.equals("ServiceAccount") ? subject.string("namespace", "") + "/" + name : name);
      }
    }
    return String.join(", ", names);
  }

  private static void signingRequest(JsonObject object, TableLayout.Row row) {
    Long seconds = object.integerAt("spec", "expirationSeconds");
    row.name(object)
        .age(object)
        .orNone(object.stringAt("spec", "signerName"))
        .add(Cells.text(object, "spec", "username"))
        .add(seconds == null ? "<none>" : HumanDuration.of(Duration.ofSeconds(seconds)))
        .add(signingStatus(object));
  }

  private static String signingStatus(JsonObject object) {
    List<String> states = new ArrayList<>();
    if (Cells.condition(object, "Denied").equals("True")) {
      states.add("Denied");
    } else if (Cells.condition(object, "Approved").equals("True")) {
      states.add("Approved");
    } else {
      states.add("Pending");
    }
    if (Cells.condition(object, "Failed").equals("True")) {
      states.add("Failed");
    }
    if (!Cells.text(object, "status", "certificate").isEmpty()) {
      states.add("Issued");
    }
    return String.join(",", states);
  }

  private static void apiService(JsonObject object, TableLayout.Row row) {
    JsonObject service = object.objectAt("spec", "service");
    String available = Cells.condition(object, "Available");
    row.name(object)
        .add(
            service == null
                ? "Local"
                : service.string("namespace", "") + "/" + service.string("name", ""))
        .add(available.isEmpty() ? "Unknown" : available)
        .age(object);
  }
}
