package kontiki.orchestrator.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Fills Secrets of type {@code kubernetes.io/service-account-token} with a token, the namespace and
 * the root certificates, and deletes them with their service account. Level-triggered by Secret.
 */
public final class TokenController implements Controller {
  private static final String TYPE = "kubernetes.io/service-account-token";
  private static final String ACCOUNT = "kubernetes.io/service-account.name";
  private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

  private final Resource<Secret> secrets;
  private final Resource<ServiceAccount> accounts;
  private final Store<Secret> secretStore;
  private final Store<ServiceAccount> accountStore;
  private final TokenSigner signer;
  private final String rootCa;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public TokenController(ControllerContext context, TokenSigner signer, String rootCaPem) {
    this.secrets = context.client().resource(Secret.class);
    this.accounts = context.client().resource(ServiceAccount.class);
    this.secretStore = context.cluster().tokenSecrets.store();
    this.accountStore = context.cluster().serviceAccounts.store();
    this.signer = signer;
    this.rootCa = encode(rootCaPem);
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("serviceaccount-token", queue, this::reconcile);
    context
        .cluster()
        .tokenSecrets
        .handler(ResourceHandler.each(secret -> queue.add(Store.key(secret))));
    context.cluster().serviceAccounts.handler(ResourceHandler.each(this::accountChanged));
  }

  @Override
  public String name() {
    return "serviceaccount-token";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private void accountChanged(ServiceAccount account) {
    for (Secret secret : secretStore.inNamespace(account.getMetadata().getNamespace())) {
      if (account.getMetadata().getName().equals(annotation(secret, ACCOUNT))) {
        queue.add(Store.key(secret));
      }
    }
  }

  private static String annotation(Secret secret, String key) {
    Map<String, String> all = secret.getMetadata().getAnnotations();
    return all == null ? "" : all.getOrDefault(key, "");
  }

  private @Nullable Duration reconcile(String key) {
    Optional<Secret> found = secretStore.get(key);
    if (found.isEmpty() || !TYPE.equals(found.get().getType())) {
      return null;
    }
    Secret secret = found.get();
    String name = annotation(secret, ACCOUNT);
    if (name.isEmpty()) {
      return null;
    }
    String namespace = secret.getMetadata().getNamespace();
    String uid = annotation(secret, ACCOUNT_UID);
    Optional<ServiceAccount> account = accountStore.get(namespace, name);
    if (account.isEmpty()) {
      // The view may be behind: ask before deleting somebody's token.
      account = accounts.inNamespace(namespace).find(name);
    }
    boolean same =
        account.filter(a -> uid.isEmpty() || uid.equals(a.getMetadata().getUid())).isPresent();
    if (!same) {
      secrets
          .inNamespace(namespace)
          .deleteIfPresent(
              secret.getMetadata().getName(), DeleteOptions.ofUid(secret.getMetadata().getUid()));
      return null;
    }
    fill(secret, account.orElseThrow());
    return null;
  }

  private void fill(Secret secret, ServiceAccount account) {
    String namespace = secret.getMetadata().getNamespace();
    Map<String, String> data =
        new LinkedHashMap<>(secret.getData() == null ? Map.of() : secret.getData());
    data.put("ca.crt", rootCa);
    data.put("namespace", encode(namespace));
    if (!data.containsKey("token")) {
      data.put(
          "token",
          encode(
              signer.sign(
                  namespace,
                  account.getMetadata().getName(),
                  account.getMetadata().getUid(),
                  secret.getMetadata().getName())));
    }
    boolean done =
        data.equals(secret.getData())
            && Objects.equals(annotation(secret, ACCOUNT_UID), account.getMetadata().getUid());
    if (!done) {
      secrets.update(
          new SecretBuilder(secret)
              .editMetadata()
              .addToAnnotations(ACCOUNT_UID, account.getMetadata().getUid())
              .endMetadata()
              .withData(data)
              .build());
    }
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
