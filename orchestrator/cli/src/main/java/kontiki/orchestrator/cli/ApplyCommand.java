package kontiki.orchestrator.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.client.ApiException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code kontiki ctl apply}: makes objects be as files say, by server-side apply (KEP-555), so that
 * fields which others own are left alone and a conflict is told.
 */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Make objects be as files say (server-side apply).",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl apply -f app.yaml",
      "  kontiki ctl apply -f manifests/ --force-conflicts"
    })
final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "Files, folders, or - for standard input.")
  private List<String> files = List.of();

  @Option(names = "--force-conflicts", description = "Take fields over that another manager owns.")
  private boolean force;

  @Option(
      names = "--field-manager",
      paramLabel = "NAME",
      description = "The name under which fields are owned (default: kontiki).")
  private String manager = "kontiki";

  @Override
  public Integer call() throws IOException {
    List<JsonObject> documents = Documents.read(files);
    try (Session session = cluster.open()) {
      for (JsonObject document : documents) {
        apply(session, document);
      }
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  private void apply(Session session, JsonObject document) {
    Discovery.Resource resource = Documents.resource(session, document);
    String namespace = Documents.namespace(session, document, resource, cluster.namesNamespace());
    String name = Documents.name(document);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an object that is applied must have metadata.name");
    }
    String path = resource.path(namespace, name);
    String before = version(session, path);
    JsonObject after =
        session.send(
            "PATCH",
            path
                + "?fieldValidation=Strict&fieldManager="
                + Session.escaped(manager)
                + "&force="
                + force,
            "application/apply-patch+yaml",
            document);
    String now = after.stringAt("metadata", "resourceVersion");
    String outcome = before == null ? "created" : before.equals(now) ? "unchanged" : "configured";
    spec.commandLine().getOut().println(resource.qualified() + "/" + name + " " + outcome);
  }

  /** The object's version before; null where there is none. */
  private static @Nullable String version(Session session, String path) {
    try {
      return session.get(path, "application/json").stringAt("metadata", "resourceVersion");
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        return null;
      }
      throw refused;
    }
  }
}
