package kontiki.orchestrator.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl create}: makes objects that are not there yet. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Make the objects of files; one that exists already is refused.",
    footer = {"", "Examples:", "  kontiki ctl create -f pod.yaml", "  kontiki ctl create -f -"})
final class CreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "Files, folders, or - for standard input.")
  private List<String> files = List.of();

  @Override
  public Integer call() throws IOException {
    List<JsonObject> documents = Documents.read(files);
    try (Session session = cluster.open()) {
      for (JsonObject document : documents) {
        Discovery.Resource resource = Documents.resource(session, document);
        String namespace =
            Documents.namespace(session, document, resource, cluster.namesNamespace());
        JsonObject made =
            session.send(
                "POST",
                resource.path(namespace) + "?fieldValidation=Strict&fieldManager=kontiki-create",
                "application/json",
                document);
        spec.commandLine()
            .getOut()
            .println(resource.qualified() + "/" + Documents.name(made) + " created");
      }
      spec.commandLine().getOut().flush();
      return 0;
    }
  }
}
