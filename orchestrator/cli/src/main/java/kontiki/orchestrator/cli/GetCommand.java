package kontiki.orchestrator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.client.ApiTransport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl get}: shows objects, once or as they change. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = "Show objects.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl get pods",
      "  kontiki ctl get deploy,rs,pods -l app=web --show-labels",
      "  kontiki ctl get pod web-0 -o yaml",
      "  kontiki ctl get pods -w"
    })
final class GetCommand implements Callable<Integer> {
  static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  private static final String JSON = "application/json";

  /** How objects are written. */
  enum Output {
    table,
    wide,
    yaml,
    json,
    name
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "TYPE [NAME...] | TYPE/NAME",
      description = "Kinds by name, short name or category (all), and names.")
  private List<String> words = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Output output = Output.table;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "In all namespaces.")
  private boolean allNamespaces;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only objects with these labels, for example app=web,tier!=test.")
  private @Nullable String selector;

  @Option(
      names = "--field-selector",
      paramLabel = "FIELDS",
      description = "Only objects with these fields, for example spec.nodeName=kn1.")
  private @Nullable String fieldSelector;

  @Option(names = "--show-labels", description = "Show labels in the last column.")
  private boolean showLabels;

  @Option(names = "--no-headers", description = "Leave the headings out.")
  private boolean noHeaders;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on showing objects as they change, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() throws IOException {
    try (Session session = cluster.open()) {
      List<Target> targets = Target.parse(session.discovery(), words);
      if (watch && targets.size() != 1) {
        throw new IllegalArgumentException("watch one kind or object at a time");
      }
      Shown shown = isTable() ? tables(session, targets) : documents(session, targets);
      if (watch) {
        follow(session, targets.getFirst(), shown);
      } else if (!shown.found() && isTable()) {
        spec.commandLine().getErr().println(nothingFound(session));
      }
      return 0;
    }
  }

  /**
   * What there was at first.
   *
   * @param found whether anything was
   * @param version of the last answer: what comes after it has not been shown
   */
  private record Shown(boolean found, String version) {}

  private boolean isTable() {
    return output == Output.table || output == Output.wide;
  }

  private String nothingFound(Session session) {
    return allNamespaces
        ? "No resources found"
        : "No resources found in " + session.namespace() + " namespace.";
  }

  private Shown tables(Session session, List<Target> targets) {
    PrintWriter out = spec.commandLine().getOut();
    boolean found = false;
    String version = "";
    boolean several = targets.stream().map(Target::resource).distinct().count() > 1;
    for (Target target : targets) {
      JsonObject table = session.get(path(session, target, ""), TABLE);
      version = version(table);
      if (table.objects("rows").isEmpty()) {
        continue;
      }
      if (found && several) {
        out.println();
      }
      out.print(TableText.of(table, style(target, several)));
      found = true;
    }
    out.flush();
    return new Shown(found, version);
  }

  private static String version(JsonObject answer) {
    String version = answer.stringAt("metadata", "resourceVersion");
    return version == null ? "" : version;
  }

  private TableText.Style style(Target target, boolean several) {
    return new TableText.Style(
        output == Output.wide,
        allNamespaces && target.resource().namespaced(),
        showLabels,
        !noHeaders,
        several ? target.resource().qualified() + "/" : "");
  }

  private Shown documents(Session session, List<Target> targets) {
    List<JsonObject> items = new ArrayList<>();
    String version = "";
    for (Target target : targets) {
      JsonObject answer = session.get(path(session, target, ""), JSON);
      version = version(answer);
      if (target.name().isPresent()) {
        items.add(answer);
        continue;
      }
      for (JsonObject item : answer.objects("items")) {
        items.add(typed(item, target.resource()));
      }
    }
    boolean single = items.size() == 1 && targets.getFirst().name().isPresent();
    PrintWriter out = spec.commandLine().getOut();
    if (output == Output.name) {
      items.forEach(item -> out.println(nameOf(session, item)));
    } else {
      out.print(text(single ? items.getFirst() : list(items)));
    }
    out.flush();
    return new Shown(!items.isEmpty(), version);
  }

  /** List items carry no type of their own on the wire. */
  private static JsonObject typed(JsonObject item, Discovery.Resource resource) {
    JsonObject out = JsonObject.of("apiVersion", resource.apiVersion(), "kind", resource.kind());
    item.forEach(out::put);
    return out;
  }

  private static JsonObject list(List<JsonObject> items) {
    return JsonObject.of(
        "apiVersion",
        "v1",
        "items",
        JsonArray.copyOf(items),
        "kind",
        "List",
        "metadata",
        JsonObject.of("resourceVersion", ""));
  }

  private String text(JsonObject document) {
    return output == Output.yaml
        ? Documents.yaml(document)
        : new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
  }

  private static String nameOf(Session session, JsonObject item) {
    return session
            .discovery()
            .kind(item.string("apiVersion", ""), item.string("kind", ""))
            .qualified()
        + "/"
        + item.stringAt("metadata", "name");
  }

  private void follow(Session session, Target target, Shown shown) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    TableText.Style first = style(target, false);
    TableText.Style style = shown.found() ? first.withoutHeadings() : first;
    List<JsonObject> columns = List.of();
    String path = path(session, target, "watch=1&resourceVersion=" + shown.version() + "&");
    try (ApiTransport.Answer answer = session.stream(path, isTable() ? TABLE : JSON);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonObject event = Session.event(line);
        JsonObject object = event.object("object");
        if (object == null || "BOOKMARK".equals(event.string("type"))) {
          continue;
        }
        if ("ERROR".equals(event.string("type"))) {
          throw new IOException("the watch ended: " + object.string("message", ""));
        }
        if (isTable()) {
          // Kubernetes says only once what the columns are.
          List<JsonObject> told = object.objects("columnDefinitions");
          columns = told.isEmpty() ? columns : told;
          object.put("columnDefinitions", JsonArray.copyOf(columns));
          out.print(TableText.of(object, style));
          style = style.withoutHeadings();
        } else {
          out.print(changed(session, object));
        }
        out.flush();
      }
    }
  }

  private String changed(Session session, JsonObject object) {
    return switch (output) {
      case name -> nameOf(session, object) + "\n";
      case yaml -> "---\n" + text(object);
      case table, wide, json -> text(object);
    };
  }

  private String path(Session session, Target target, String query) {
    String namespace = allNamespaces ? "" : session.namespace();
    StringBuilder path = new StringBuilder();
    boolean watching = query.startsWith("watch");
    if (target.name().isPresent() && !watching) {
      return path.append(target.resource().path(namespace, target.name().get())).toString();
    }
    path.append(target.resource().path(namespace)).append('?').append(query);
    if (selector != null) {
      path.append("labelSelector=").append(Session.escaped(selector)).append('&');
    }
    String fields =
        target.name().isPresent() ? "metadata.name=" + target.name().get() : fieldSelector;
    if (fields != null) {
      path.append("fieldSelector=").append(Session.escaped(fields)).append('&');
    }
    path.setLength(path.length() - 1);
    return path.toString();
  }
}
