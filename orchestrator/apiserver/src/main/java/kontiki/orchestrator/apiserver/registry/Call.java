package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.apiserver.authentication.User;

/**
 * One operation on one resource.
 *
 * @param type the version in which the client speaks
 * @param namespace empty for cluster-wide resources, or for all namespaces
 * @param name empty for collections
 * @param subresource empty for the object itself
 * @param warnings collects what the client is told beside the answer
 */
public record Call(
    User user,
    StoredResource resource,
    ResourceType type,
    String namespace,
    String name,
    String subresource,
    WriteOptions options,
    List<String> warnings) {

  /** A call of the API server itself, in the storage version. */
  public static Call internal(StoredResource resource, String namespace, String name) {
    return new Call(
        User.apiServer(),
        resource,
        resource.type(),
        namespace,
        name,
        "",
        WriteOptions.INTERNAL,
        new ArrayList<>());
  }

  public Call named(String otherName) {
    return new Call(user, resource, type, namespace, otherName, subresource, options, warnings);
  }

  public Call inNamespace(String otherNamespace) {
    return new Call(user, resource, type, otherNamespace, name, subresource, options, warnings);
  }

  public Call ofSubresource(String otherSubresource) {
    return new Call(user, resource, type, namespace, name, otherSubresource, options, warnings);
  }

  /** The same, without effect. */
  public Call dry() {
    return new Call(
        user,
        resource,
        type,
        namespace,
        name,
        subresource,
        new WriteOptions(
            true,
            options.fieldManager(),
            options.fieldValidation(),
            options.apply(),
            options.force()),
        warnings);
  }

  public String key() {
    return resource.key(namespace, name);
  }

  public void warn(String warning) {
    warnings.add(warning);
  }
}
