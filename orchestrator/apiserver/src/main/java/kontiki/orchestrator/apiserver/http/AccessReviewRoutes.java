package kontiki.orchestrator.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.authorization.Attributes;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.Decision;
import kontiki.orchestrator.apiserver.authorization.Rule;
import kontiki.orchestrator.apiserver.authorization.RuleResolver;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Serves the questions who may do what: the access reviews of authorization.k8s.io/v1. */
final class AccessReviewRoutes {
  private final Answers answers;
  private final Authorizer authorizer;
  private final RuleResolver rules;

  AccessReviewRoutes(Answers answers, Authorizer authorizer, RuleResolver rules) {
    this.answers = answers;
    this.authorizer = authorizer;
    this.rules = rules;
  }

  private static JsonObject review(ApiRequest request, Call call) {
    JsonObject review = Bodies.object(request).object();
    Bodies.checkKind(call, call.type().apiVersion(), call.type().kind(), review);
    review.put("kind", call.type().kind());
    review.put("apiVersion", call.type().apiVersion());
    review.ensureObject("metadata");
    return review;
  }

  void self(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review = review(request, call);
    answer(request, review, request.user(), "");
  }

  void subject(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review = review(request, call);
    answer(request, review, user(review.ensureObject("spec")), "");
  }

  void localSubject(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review = review(request, call);
    String asked = review.stringAt("spec", "resourceAttributes", "namespace");
    if (!call.namespace().equals(asked)) {
      throw Failures.badRequest(
          "spec.resourceAttributes.namespace must be the namespace of the request: "
              + call.namespace());
    }
    answer(request, review, user(review.ensureObject("spec")), call.namespace());
  }

  private static User user(JsonObject spec) {
    String name = spec.string("user", "");
    List<String> groups = spec.strings("groups");
    if (name.isEmpty() && groups.isEmpty()) {
      throw Failures.badRequest("spec.user: at least one of user or group must be specified");
    }
    Map<String, List<String>> extra = new TreeMap<>();
    JsonObject given = spec.object("extra");
    if (given != null) {
      given.keys().forEach(key -> extra.put(key, given.strings(key)));
    }
    return new User(name, spec.string("uid", ""), groups, extra);
  }

  private void answer(ApiRequest request, JsonObject review, User user, String namespace) {
    JsonObject spec = review.ensureObject("spec");
    JsonObject resource = spec.object("resourceAttributes");
    JsonObject path = spec.object("nonResourceAttributes");
    if ((resource == null) == (path == null)) {
      throw Failures.badRequest(
          "spec: exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    Attributes attributes =
        resource != null
            ? resource(user, resource, namespace)
            : Attributes.ofPath(
                user,
                path == null ? "" : path.string("verb", ""),
                path == null ? "" : path.string("path", ""));
    Decision decision = authorizer.decide(attributes);
    JsonObject status = JsonObject.of("allowed", decision instanceof Decision.Allow);
    if (decision instanceof Decision.Deny) {
      status.put("denied", true);
    }
    if (!decision.reason().isEmpty()) {
      status.put("reason", decision.reason());
    }
    review.put("status", status);
    answers.other(request, 201, review);
  }

  private static Attributes resource(User user, JsonObject resource, String namespace) {
    return new Attributes(
        user,
        resource.string("verb", ""),
        true,
        resource.string("group", ""),
        resource.string("version", ""),
        resource.string("resource", ""),
        resource.string("subresource", ""),
        namespace.isEmpty() ? resource.string("namespace", "") : namespace,
        resource.string("name", ""),
        "");
  }

  void selfRules(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review = review(request, call);
    String namespace = review.ensureObject("spec").string("namespace", "");
    if (namespace.isEmpty()) {
      throw Failures.badRequest("no namespace on request");
    }
    List<Rule> all = new ArrayList<>(rules.rulesFor(request.user(), namespace));
    if (request.user().groups().contains(User.MASTERS_GROUP)) {
      List<String> any = List.of("*");
      all.add(new Rule(any, any, any, List.of(), List.of()));
      all.add(new Rule(any, List.of(), List.of(), List.of(), any));
    }
    JsonArray resources = new JsonArray();
    JsonArray paths = new JsonArray();
    for (Rule rule : all) {
      (rule.paths().isEmpty() ? resources : paths).append(rule.toObject());
    }
    review.put(
        "status",
        JsonObject.of("resourceRules", resources, "nonResourceRules", paths, "incomplete", false));
    answers.other(request, 201, review);
  }
}
