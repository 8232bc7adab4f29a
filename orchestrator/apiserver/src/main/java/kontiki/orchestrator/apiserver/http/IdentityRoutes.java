package kontiki.orchestrator.apiserver.http;

import java.util.List;
import java.util.Optional;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import kontiki.orchestrator.apiserver.authentication.ServiceAccountTokens;
import kontiki.orchestrator.apiserver.authentication.TokenAuthenticator.Bearer;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.FieldError;
import org.jspecify.annotations.Nullable;

/** Serves tokens and the questions whose they are. */
final class IdentityRoutes {
  static final long EXPIRATION_DEFAULT_SECONDS = 3_600;
  static final long EXPIRATION_MIN_SECONDS = 600;
  static final long EXPIRATION_MAX_SECONDS = 1L << 32;

  private final ResourceRegistry registry;
  private final Answers answers;
  private final ServiceAccountTokens tokens;

  IdentityRoutes(ResourceRegistry registry, Answers answers, ServiceAccountTokens tokens) {
    this.registry = registry;
    this.answers = answers;
    this.tokens = tokens;
  }

  /** {@code serviceaccounts/NAME/token}: makes a token that is bound to the account. */
  void tokenRequest(ApiRequest request, Call call, @Nullable Subresource part)
      throws InterruptedException {
    if (!request.info().verb().equals("create")) {
      throw Failures.methodNotAllowed();
    }
    JsonObject asked = Bodies.object(request).object();
    Bodies.checkKind(call, "authentication.k8s.io/v1", "TokenRequest", asked);
    JsonObject account = registry.reader().get(call.ofSubresource(""), "").tree();
    JsonObject spec = asked.ensureObject("spec");
    long seconds = spec.integer("expirationSeconds", EXPIRATION_DEFAULT_SECONDS);
    if (seconds < EXPIRATION_MIN_SECONDS || seconds > EXPIRATION_MAX_SECONDS) {
      throw Failures.invalid(
          "authentication.k8s.io",
          "TokenRequest",
          call.name(),
          List.of(
              FieldError.invalid(
                  "spec.expirationSeconds",
                  seconds,
                  seconds < EXPIRATION_MIN_SECONDS
                      ? "may not specify a duration less than 10 minutes"
                      : "may not specify a duration larger than 2^32 seconds")));
    }
    List<String> audiences = spec.strings("audiences");
    if (audiences.isEmpty()) {
      audiences = List.of(tokens.issuer());
      spec.put("audiences", JsonArray.copyOf(audiences));
    }
    spec.put("expirationSeconds", seconds);
    ServiceAccountTokens.Signed signed =
        tokens.sign(
            new ServiceAccountTokens.Wanted(
                call.namespace(),
                call.name(),
                ObjectMeta.uid(account),
                audiences,
                seconds,
                binding(call, spec.object("boundObjectRef"))));
    asked.put(
        "status",
        JsonObject.of(
            "token", signed.token(),
            "expirationTimestamp", Timestamps.seconds(signed.expires())));
    asked.put("kind", "TokenRequest");
    asked.put("apiVersion", "authentication.k8s.io/v1");
    JsonObject metadata = asked.ensureObject("metadata");
    metadata.put("name", call.name());
    metadata.put("namespace", call.namespace());
    JsonObject shown =
        TypedReader.read(BuiltinSchemas.struct("authentication/v1", "TokenRequest"), asked);
    answers.other(request, 201, shown);
  }

  private ServiceAccountTokens.@Nullable Binding binding(Call call, @Nullable JsonObject reference)
      throws InterruptedException {
    if (reference == null) {
      return null;
    }
    String kind = reference.string("kind", "");
    String resource =
        switch (kind) {
          case "Pod" -> "pods";
          case "Secret" -> "secrets";
          case "Node" -> "nodes";
          default ->
              throw Failures.badRequest(
                  "cannot bind token for type " + kind + ": it must be Pod, Secret or Node");
        };
    StoredResource stored = registry.resource(resource);
    String namespace = stored.type().namespaced() ? call.namespace() : "";
    String name = reference.string("name", "");
    JsonObject object = registry.reader().get(Call.internal(stored, namespace, name), "").tree();
    String uid = ObjectMeta.uid(object);
    String wanted = reference.string("uid", "");
    if (!wanted.isEmpty() && !wanted.equals(uid)) {
      throw Failures.conflict(
          "",
          resource,
          name,
          "the UID in the bound object reference ("
              + wanted
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    boolean othersPod =
        kind.equals("Pod") && !call.name().equals(object.stringAt("spec", "serviceAccountName"));
    if (othersPod) {
      throw Failures.badRequest(
          "cannot bind token for serviceaccount \""
              + call.name()
              + "\" to pod running with different serviceaccount name.");
    }
    return new ServiceAccountTokens.Binding(kind, name, uid);
  }

  void tokenReview(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review = Bodies.object(request).object();
    Bodies.checkKind(call, call.type().apiVersion(), "TokenReview", review);
    JsonObject spec = review.ensureObject("spec");
    String token = spec.string("token", "");
    if (token.isEmpty()) {
      throw Failures.badRequest("token is required for TokenReview in authentication");
    }
    Optional<Bearer> bearer = tokens.authenticate(token, spec.strings("audiences"));
    JsonObject status =
        bearer
            .map(found ->
                JsonObject.of(
                    "authenticated", true,
                    "user", user(found.user()),
                    "audiences", JsonArray.copyOf(found.audiences())))
            .orElseGet(() ->
                JsonObject.of("user", new JsonObject(), "error", "the token is not good here"));
    review.put("kind", "TokenReview");
    review.put("apiVersion", call.type().apiVersion());
    review.ensureObject("metadata");
    review.put("status", status);
    answers.other(request, 201, review);
  }

  void selfReview(ApiRequest request, Call call, @Nullable Subresource part) {
    JsonObject review =
        JsonObject.of(
            "kind", "SelfSubjectReview",
            "apiVersion", call.type().apiVersion(),
            "metadata", JsonObject.of("creationTimestamp", null),
            "status", JsonObject.of("userInfo", user(request.user())));
    answers.other(request, 201, review);
  }

  private static JsonObject user(User user) {
    JsonObject info = JsonObject.of("username", user.name());
    if (!user.uid().isEmpty()) {
      info.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      info.put("groups", JsonArray.copyOf(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      JsonObject extra = new JsonObject();
      user.extra().forEach((key, values) -> extra.put(key, JsonArray.copyOf(values)));
      info.put("extra", extra);
    }
    return info;
  }
}
