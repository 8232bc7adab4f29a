package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.selector.FieldSelector;
import kontiki.orchestrator.api.selector.LabelSelector;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.DeleteOptions;
import kontiki.orchestrator.apiserver.registry.ListOptions;
import kontiki.orchestrator.apiserver.registry.ObjectDeleter;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ObjectReader;
import kontiki.orchestrator.apiserver.registry.ObjectWriter;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Serves the verbs of resources, alike for every kind. Thread-safe. */
public final class ResourceRoutes {
  private final ResourceCatalog catalog;
  private final ResourceRegistry registry;
  private final Subresources subresources;
  private final Answers answers;
  private final Tables tables;
  private final RandomGenerator random;

  public ResourceRoutes(
      ResourceRegistry registry,
      Subresources subresources,
      Answers answers,
      Tables tables,
      RandomGenerator random) {
    this.catalog = registry.catalog();
    this.registry = registry;
    this.subresources = subresources;
    this.answers = answers;
    this.tables = tables;
    this.random = random;
  }

  void serve(ApiRequest request) throws IOException, InterruptedException {
    RequestInfo info = request.info();
    ResourceType type = catalog.byPlural(info.group(), info.version(), info.resource());
    if (type == null) {
      throw Failures.noSuchPath();
    }
    Call call = call(request, type);
    if (!info.subresource().isEmpty()) {
      subresource(request, call);
      return;
    }
    Subresources.Handler virtual = subresources.find(type.groupResource(), "");
    if (virtual != null && type.allows(info.verb())) {
      virtual.serve(request, call, null);
      return;
    }
    if (!type.allows(info.verb()) || !registry.isStored(type)) {
      throw Failures.methodNotAllowed();
    }
    switch (info.verb()) {
      case "get" -> get(request, call);
      case "list" -> list(request, call);
      case "watch" -> watch(request, call);
      case "create" -> create(request, call);
      case "update" -> update(request, call);
      case "patch" -> patch(request, call);
      case "delete" -> delete(request, call);
      case "deletecollection" -> deleteCollection(request, call);
      default -> throw Failures.methodNotAllowed();
    }
  }

  private Call call(ApiRequest request, ResourceType type) {
    RequestInfo info = request.info();
    boolean collection =
        info.name().isEmpty() || info.verb().equals("list") || info.verb().equals("watch");
    boolean acrossNamespaces = info.verb().equals("list") || info.verb().equals("watch");
    if (type.namespaced() && info.namespace().isEmpty() && !acrossNamespaces) {
      throw Failures.methodNotAllowed();
    }
    boolean isNamespace = type.group().isEmpty() && type.plural().equals("namespaces");
    if (!type.namespaced() && !info.namespace().isEmpty() && !isNamespace) {
      throw Failures.noSuchPath();
    }
    StoredResource resource = registry.resource(type);
    return new Call(
        request.user(),
        resource,
        type,
        type.namespaced() ? info.namespace() : "",
        collection ? "" : info.name(),
        info.subresource(),
        info.isMutating()
            ? Bodies.writeOptions(request)
            : kontiki.orchestrator.apiserver.registry.WriteOptions.INTERNAL,
        request.warnings());
  }

  private void subresource(ApiRequest request, Call call) throws IOException, InterruptedException {
    Subresource part = call.type().subresource(call.subresource());
    if (part == null) {
      throw Failures.noSuchPath();
    }
    String verb = request.info().verb();
    Subresources.Handler handler =
        subresources.find(call.type().groupResource(), call.subresource());
    if (handler != null) {
      handler.serve(request, call, part);
      return;
    }
    if (!part.allows(verb)) {
      throw Failures.methodNotAllowed();
    }
    switch (verb) {
      case "get" -> get(request, call);
      case "update" -> update(request, call);
      case "patch" -> patch(request, call);
      default -> throw Failures.methodNotAllowed();
    }
  }

  private void get(ApiRequest request, Call call) throws InterruptedException {
    ObjectReader reader = registry.reader();
    answers.cached(request, call.type(), reader.get(call, request.query().get("resourceVersion")));
  }

  private void list(ApiRequest request, Call call) throws IOException, InterruptedException {
    Selection selection = Selection.of(request.query(), call);
    answers.list(
        request,
        call.type(),
        registry.reader().list(call, selection.options(request.query()), selection.filter()));
  }

  private void watch(ApiRequest request, Call call) throws IOException, InterruptedException {
    Selection selection = Selection.of(request.query(), call);
    new WatchStream(request, call, selection.filter(), tables, registry.reader()).run(random);
  }

  /** What a list, watch or deletion of a collection looks at. */
  private record Selection(LabelSelector labels, FieldSelector fields) {
    static Selection of(Query query, Call call) {
      LabelSelector labels;
      FieldSelector fields;
      try {
        labels = LabelSelector.parse(query.get("labelSelector"));
        fields = FieldSelector.parse(query.get("fieldSelector"));
      } catch (IllegalArgumentException e) {
        throw Failures.badRequest("unable to parse requirement: " + e.getMessage());
      }
      for (FieldSelector.Term term : fields.terms()) {
        if (!call.resource().allowsField(term.field())) {
          throw Failures.badRequest("field label not supported: " + term.field());
        }
      }
      return new Selection(labels, fields);
    }

    Predicate<CachedObject> filter() {
      return object ->
          labels.matches(object.labels()) && fields.matches(field -> object.fields().get(field));
    }

    ListOptions options(Query query) {
      Long limit = query.number("limit");
      return new ListOptions(
          !labels.isEverything() || !fields.isEverything(),
          limit == null ? 0 : Math.clamp(limit, 0, Integer.MAX_VALUE),
          query.get("continue"),
          query.get("resourceVersion"),
          query.get("resourceVersionMatch"));
    }
  }

  private void create(ApiRequest request, Call call) {
    Bodies.Decoded decoded = Bodies.object(request);
    JsonObject object = checked(call, decoded);
    JsonObject created = registry.writer().create(call, object);
    answers.object(request, 201, call.type(), created);
  }

  private void update(ApiRequest request, Call call) {
    JsonObject object = checked(call, Bodies.object(request));
    String name = ObjectMeta.name(object);
    if (name.isEmpty()) {
      throw Failures.invalid(
          call.type().group(),
          call.type().kind(),
          "",
          java.util.List.of(
              kontiki.orchestrator.apiserver.status.FieldError.required(
                  "metadata.name", "name must be provided")));
    }
    if (!name.equals(call.name())) {
      throw Failures.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + call.name()
              + ")");
    }
    ObjectWriter.Written written = registry.writer().update(call, object);
    answers.object(request, written.created() ? 201 : 200, call.type(), written.object());
  }

  /** An object of the right kind and place, whose fields are known. */
  private JsonObject checked(Call call, Bodies.Decoded decoded) {
    JsonObject object = decoded.object();
    Bodies.checkKind(call, call.type().apiVersion(), call.type().kind(), object);
    String namespace = ObjectMeta.namespace(object);
    if (call.type().namespaced() && !namespace.isEmpty() && !namespace.equals(call.namespace())) {
      throw Failures.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    return registry.forms().accept(call, object, decoded.duplicates());
  }

  private void patch(ApiRequest request, Call call) {
    ObjectWriter.Written written =
        registry.patcher().patch(call, Bodies.mediaType(request), request.body());
    answers.object(request, written.created() ? 201 : 200, call.type(), written.object());
  }

  private DeleteOptions deleteOptions(ApiRequest request) {
    Query query = request.query();
    DeleteOptions options = DeleteOptions.of(Bodies.optionalObject(request));
    Long grace = query.number("gracePeriodSeconds");
    if (grace != null) {
      options = options.withGracePeriod(grace);
    }
    if (query.has("propagationPolicy")) {
      options = options.withPropagation(DeleteOptions.propagation(query.get("propagationPolicy")));
    }
    return options.asDryRun(options.dryRun() || query.get("dryRun").equals("All"));
  }

  private void delete(ApiRequest request, Call call) {
    DeleteOptions options = deleteOptions(request);
    ObjectDeleter.Deletion deletion = registry.deleter().delete(withDryRun(call, options), options);
    if (!deletion.gone() || call.resource().strategy().returnsDeletedObject()) {
      answers.object(request, 200, call.type(), deletion.object());
    } else {
      answers.other(request, 200, success(call, deletion.object()));
    }
  }

  private static Call withDryRun(Call call, DeleteOptions options) {
    return options.dryRun() ? call.dry() : call;
  }

  private static JsonObject success(Call call, @Nullable JsonObject object) {
    JsonObject details = new JsonObject();
    if (object != null) {
      details.put("name", ObjectMeta.name(object));
    }
    if (!call.type().group().isEmpty()) {
      details.put("group", call.type().group());
    }
    details.put("kind", call.type().plural());
    if (object != null) {
      details.put("uid", ObjectMeta.uid(object));
    }
    return JsonObject.of(
        "kind", "Status",
        "apiVersion", "v1",
        "metadata", new JsonObject(),
        "status", "Success",
        "details", details);
  }

  private void deleteCollection(ApiRequest request, Call call)
      throws IOException, InterruptedException {
    DeleteOptions options = deleteOptions(request);
    Selection selection = Selection.of(request.query(), call);
    ObjectReader.ObjectList list =
        registry.reader().list(call, selection.options(request.query()), selection.filter());
    for (CachedObject object : list.items()) {
      Call one = withDryRun(call.inNamespace(object.namespace()).named(object.name()), options);
      try {
        registry.deleter().delete(one, options);
      } catch (kontiki.orchestrator.apiserver.status.StatusException e) {
        // Somebody else deleted it first, which is what was wanted.
        if (e.code() != 404) {
          throw e;
        }
      }
    }
    answers.list(request, call.type(), list);
  }
}
