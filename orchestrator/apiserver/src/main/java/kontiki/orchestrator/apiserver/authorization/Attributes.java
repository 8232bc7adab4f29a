package kontiki.orchestrator.apiserver.authorization;

import kontiki.orchestrator.apiserver.authentication.User;

/**
 * What an authorizer decides about.
 *
 * @param resourceRequest whether it is about objects; else only user, verb and path count
 * @param namespace empty for cluster-wide requests
 * @param name empty for collections
 */
public record Attributes(
    User user,
    String verb,
    boolean resourceRequest,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path) {

  public static Attributes ofPath(User user, String verb, String path) {
    return new Attributes(user, verb, false, "", "", "", "", "", "", path);
  }

  public static Attributes ofResource(
      User user, String verb, String group, String resource, String namespace, String name) {
    return new Attributes(user, verb, true, group, "*", resource, "", namespace, name, "");
  }

  /** The resource and, behind a '/', the subresource: as roles name it. */
  public String combinedResource() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }

  /** What the user may not do, as the message of a refusal says it. */
  public String refusal() {
    StringBuilder text = new StringBuilder();
    text.append("User \"").append(user.name()).append("\" cannot ").append(verb);
    if (!resourceRequest) {
      return text.append(" path \"").append(path).append('"').toString();
    }
    text.append(" resource \"").append(combinedResource()).append('"');
    text.append(" in API group \"").append(group).append('"');
    if (namespace.isEmpty()) {
      text.append(" at the cluster scope");
    } else {
      text.append(" in the namespace \"").append(namespace).append('"');
    }
    return text.toString();
  }
}
