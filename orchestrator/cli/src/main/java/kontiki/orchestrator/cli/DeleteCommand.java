package kontiki.orchestrator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.ApiTransport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl delete}: deletes objects and waits until they are gone. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Delete objects, and wait until they are gone.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl delete pod web-0 web-1",
      "  kontiki ctl delete -f app.yaml",
      "  kontiki ctl delete pods -l app=web --wait=false"
    })
final class DeleteCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "TYPE NAME... | TYPE/NAME",
      description = "What to delete.")
  private List<String> words = List.of();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "Delete the objects of these files, folders, or - for standard input.")
  private List<String> files = List.of();

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Delete the objects with these labels.")
  private @Nullable String selector;

  @Option(names = "--all", description = "Delete all objects of the kind in the namespace.")
  private boolean all;

  @Option(
      names = "--grace-period",
      paramLabel = "SECONDS",
      description = "How long the object may take to end (default: its own wish).")
  private @Nullable Integer gracePeriodSeconds;

  @Option(
      names = "--wait",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Wait until the objects are gone (default: true).")
  private boolean wait;

  @Option(names = "--ignore-not-found", description = "An object that is not there is no failure.")
  private boolean ignoreNotFound;

  /** One object to delete. */
  private record Victim(Discovery.Resource resource, String namespace, String name) {
    String path() {
      return resource.path(namespace, name);
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Session session = cluster.open()) {
      List<Victim> deleted = new ArrayList<>();
      boolean missing = false;
      for (Victim victim : victims(session)) {
        try {
          session.send("DELETE", victim.path(), "application/json", options());
          deleted.add(victim);
          out().println(victim.resource().qualified() + " \"" + victim.name() + "\" deleted");
        } catch (ApiException refused) {
          if (!refused.isNotFound()) {
            throw refused;
          }
          missing = !ignoreNotFound;
          if (missing) {
            spec.commandLine().getErr().println("error: " + refused.getMessage());
          }
        }
      }
      out().flush();
      if (wait) {
        for (Victim victim : deleted) {
          awaitGone(session, victim);
        }
      }
      return missing ? 1 : 0;
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private List<Victim> victims(Session session) throws IOException {
    List<Victim> out = new ArrayList<>();
    for (JsonObject document : Documents.read(files)) {
      Discovery.Resource resource = Documents.resource(session, document);
      out.add(
          new Victim(
              resource,
              Documents.namespace(session, document, resource, cluster.namesNamespace()),
              Documents.name(document)));
    }
    if (words.isEmpty()) {
      if (out.isEmpty()) {
        throw new IllegalArgumentException("name what to delete: TYPE NAME, TYPE/NAME or -f FILE");
      }
      return out;
    }
    for (Target target : Target.parse(session.discovery(), words)) {
      if (target.name().isPresent()) {
        out.add(new Victim(target.resource(), session.namespace(), target.name().get()));
      } else if (selector != null || all) {
        out.addAll(selected(session, target.resource()));
      } else {
        throw new IllegalArgumentException(
            "name the objects to delete, or select them with -l LABELS or --all");
      }
    }
    return out;
  }

  private List<Victim> selected(Session session, Discovery.Resource resource) {
    String query = selector == null ? "" : "?labelSelector=" + Session.escaped(selector);
    return session
        .get(resource.path(session.namespace()) + query, "application/json")
        .objects("items")
        .stream()
        .map(item -> new Victim(resource, session.namespace(), Documents.name(item)))
        .toList();
  }

  private JsonObject options() {
    JsonObject options = JsonObject.of("apiVersion", "v1", "kind", "DeleteOptions");
    options.put("propagationPolicy", "Background");
    if (gracePeriodSeconds != null) {
      options.put("gracePeriodSeconds", (long) gracePeriodSeconds);
    }
    return options;
  }

  private static void awaitGone(Session session, Victim victim) throws InterruptedException {
    while (true) {
      try (ApiTransport.Answer answer = session.stream(victim.path(), "application/json")) {
        if (answer.status() >= 300) {
          return;
        }
      } catch (ApiException refused) {
        if (refused.isNotFound()) {
          return;
        }
        throw refused;
      }
      Thread.sleep(POLL);
    }
  }
}
