package kontiki.orchestrator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl describe}: an object, told in full, with what happened to it. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Tell an object in full, with its events.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl describe pod web-0",
      "  kontiki ctl describe node/kn1"
    })
final class DescribeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(arity = "1..*", paramLabel = "TYPE [NAME...] | TYPE/NAME")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Session session = cluster.open()) {
      boolean first = true;
      for (Target target : Target.parse(session.discovery(), words)) {
        for (JsonObject object : objects(session, target)) {
          out.print(first ? "" : "\n\n");
          out.print(Description.of(object, events(session, object), Instant.now()));
          first = false;
        }
      }
      out.flush();
      return 0;
    }
  }

  private static List<JsonObject> objects(Session session, Target target) {
    if (target.name().isPresent()) {
      return List.of(
          session.get(
              target.resource().path(session.namespace(), target.name().get()),
              "application/json"));
    }
    List<JsonObject> out = new ArrayList<>();
    for (JsonObject item :
        session
            .get(target.resource().path(session.namespace()), "application/json")
            .objects("items")) {
      out.add(item.put("kind", target.resource().kind()));
    }
    return out;
  }

  private static List<JsonObject> events(Session session, JsonObject object) {
    String namespace = object.stringAt("metadata", "namespace");
    String selector =
        "involvedObject.name="
            + Documents.name(object)
            + ",involvedObject.kind="
            + object.string("kind", "");
    Discovery.Resource events = session.discovery().kind("v1", "Event");
    return session
        .get(
            events.path(namespace == null ? "default" : namespace)
                + "?fieldSelector="
                + Session.escaped(selector),
            "application/json")
        .objects("items");
  }
}
