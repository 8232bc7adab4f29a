package kontiki.orchestrator.apiserver.authentication;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kontiki.orchestrator.apiserver.authorization.Attributes;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.Decision;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.pki.transport.Headers;

/**
 * Lets a user act as another where the headers Impersonate-User, -Group, -Uid and -Extra-* ask for
 * it and authorization allows each of them. Thread-safe.
 */
public final class Impersonation {
  private static final String EXTRA = "impersonate-extra-";

  private final Authorizer authorizer;

  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** The user as whom the request is carried out. */
  public User apply(User caller, Headers headers) {
    String name = headers.first("impersonate-user").orElse("");
    List<String> groups = headers.all("impersonate-group");
    String uid = headers.first("impersonate-uid").orElse("");
    Map<String, List<String>> extra = extra(headers);
    if (name.isEmpty()) {
      if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
        throw Failures.badRequest("requested " + groups + " without impersonating a user name");
      }
      return caller;
    }
    List<String> all = new ArrayList<>(groups);
    if (name.startsWith(User.SERVICE_ACCOUNT_PREFIX)) {
      String[] parts = name.split(":");
      String namespace = parts.length == 4 ? parts[2] : "";
      String account = parts.length == 4 ? parts[3] : "";
      check(caller, "", "serviceaccounts", namespace, account);
      if (groups.isEmpty()) {
        all.add("system:serviceaccounts");
        all.add("system:serviceaccounts:" + namespace);
      }
    } else {
      check(caller, "", "users", "", name);
    }
    groups.forEach(group -> check(caller, "", "groups", "", group));
    if (!uid.isEmpty()) {
      check(caller, "authentication.k8s.io", "uids", "", uid);
    }
    extra.forEach((key, values) ->
        values.forEach(
            value -> check(caller, "authentication.k8s.io", "userextras/" + key, "", value)));
    User impersonated = new User(name, uid, all, extra);
    return impersonated.isAnonymous() ? impersonated : impersonated.authenticated();
  }

  private static Map<String, List<String>> extra(Headers headers) {
    Map<String, List<String>> extra = new TreeMap<>();
    headers.forEach((header, value) -> {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith(EXTRA)) {
        String key = URLDecoder.decode(lower.substring(EXTRA.length()), StandardCharsets.UTF_8);
        extra.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
      }
    });
    return extra;
  }

  private void check(User caller, String group, String resource, String namespace, String name) {
    int slash = resource.indexOf('/');
    Attributes attributes =
        new Attributes(
            caller,
            "impersonate",
            true,
            group,
            "v1",
            slash < 0 ? resource : resource.substring(0, slash),
            slash < 0 ? "" : resource.substring(slash + 1),
            namespace,
            name,
            "");
    if (!(authorizer.decide(attributes) instanceof Decision.Allow)) {
      throw Failures.forbidden(group, resource, name, attributes.refusal());
    }
  }
}
