package kontiki.orchestrator.apiserver.http;

import java.time.InstantSource;
import kontiki.orchestrator.apiserver.authentication.ServiceAccountTokens;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.RuleResolver;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.pki.transport.HttpsClient;
import org.jspecify.annotations.Nullable;

/** Puts together what serves all that is not a plain read or write of an object. */
public final class SpecialRoutes {
  private final Subresources subresources = new Subresources();
  private final Dispatcher.PathRoute openApi;
  private final Dispatcher.PathRoute tokenDocuments;

  /**
   * @param kubeletClient null where the server was not given a certificate for kubelets
   */
  public SpecialRoutes(
      ResourceRegistry registry,
      Answers answers,
      Authorizer authorizer,
      RuleResolver rules,
      ServiceAccountTokens tokens,
      @Nullable HttpsClient kubeletClient,
      InstantSource clock) {
    Kubelets kubelets = new Kubelets(registry, kubeletClient);
    BindingRoute binding = new BindingRoute(registry, answers, clock);
    AccessReviewRoutes reviews = new AccessReviewRoutes(answers, authorizer, rules);
    IdentityRoutes identities = new IdentityRoutes(registry, answers, tokens);
    String authorization = ".authorization.k8s.io";
    subresources
        .with("*/scale", new ScaleRoute(registry, answers))
        .with("pods/binding", binding)
        .with("bindings", binding)
        .with("pods/eviction", new EvictionRoute(registry, answers))
        .with("pods/log", new LogRoute(registry, kubelets))
        .with("namespaces/finalize", new FinalizeRoute(registry, answers))
        .with("serviceaccounts/token", identities::tokenRequest)
        .with("tokenreviews.authentication.k8s.io", identities::tokenReview)
        .with("selfsubjectreviews.authentication.k8s.io", identities::selfReview)
        .with("subjectaccessreviews" + authorization, reviews::subject)
        .with("localsubjectaccessreviews" + authorization, reviews::localSubject)
        .with("selfsubjectaccessreviews" + authorization, reviews::self)
        .with("selfsubjectrulesreviews" + authorization, reviews::selfRules);
    this.openApi = new OpenApiRoutes(registry.catalog());
    this.tokenDocuments = request -> false;
  }

  public Subresources subresources() {
    return subresources;
  }

  /** {@code /openapi}. */
  public Dispatcher.PathRoute openApi() {
    return openApi;
  }

  /** {@code /.well-known/openid-configuration} and {@code /openid/v1/jwks}. */
  public Dispatcher.PathRoute tokenDocuments() {
    return tokenDocuments;
  }
}
