package kontiki.orchestrator.apiserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.apiserver.admission.Admission;
import kontiki.orchestrator.apiserver.admission.DefaultTolerationSeconds;
import kontiki.orchestrator.apiserver.admission.EscalationGuard;
import kontiki.orchestrator.apiserver.admission.NamespaceLifecycle;
import kontiki.orchestrator.apiserver.admission.NodeRestriction;
import kontiki.orchestrator.apiserver.admission.PriorityAdmission;
import kontiki.orchestrator.apiserver.admission.ServiceAccountAdmission;
import kontiki.orchestrator.apiserver.admission.TaintNodesByCondition;
import kontiki.orchestrator.apiserver.authentication.Authentication;
import kontiki.orchestrator.apiserver.authentication.CertificateAuthenticator;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.BootstrapPolicy;
import kontiki.orchestrator.apiserver.authorization.NodeAuthorizer;
import kontiki.orchestrator.apiserver.authorization.RbacAuthorizer;
import kontiki.orchestrator.apiserver.bootstrap.Bootstrap;
import kontiki.orchestrator.apiserver.cache.Compactor;
import kontiki.orchestrator.apiserver.cache.StoreFeed;
import kontiki.orchestrator.apiserver.health.Health;
import kontiki.orchestrator.apiserver.http.AccessLog;
import kontiki.orchestrator.apiserver.http.Answers;
import kontiki.orchestrator.apiserver.http.DiscoveryRoutes;
import kontiki.orchestrator.apiserver.http.Dispatcher;
import kontiki.orchestrator.apiserver.http.FlowControl;
import kontiki.orchestrator.apiserver.http.PathRoutes;
import kontiki.orchestrator.apiserver.http.RequestChain;
import kontiki.orchestrator.apiserver.http.RequestMetrics;
import kontiki.orchestrator.apiserver.http.ResourceRoutes;
import kontiki.orchestrator.apiserver.http.SpecialRoutes;
import kontiki.orchestrator.apiserver.http.Tables;
import kontiki.orchestrator.apiserver.registry.ObjectDeleter;
import kontiki.orchestrator.apiserver.registry.ObjectReader;
import kontiki.orchestrator.apiserver.registry.ObjectWriter;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.ServiceAllocations;
import kontiki.orchestrator.apiserver.registry.ServiceStrategy;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.registry.Strategies;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.StorageException;
import kontiki.pki.transport.HttpsClient;
import kontiki.pki.transport.TlsIdentity;
import kontiki.pki.transport.TlsServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One API server, put together from its parts. It listens from the start and is ready once its
 * caches are filled and the bootstrap objects exist. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  static final long BOOTSTRAP_RETRY_MILLIS = 500;

  private final Storage storage;
  private final StoreFeed feed;
  private final Compactor compactor;
  private final ResourceRegistry registry;
  private final TlsServer server;
  private final @Nullable HttpsClient kubeletClient;
  private final Thread bootstrapping;
  private volatile @Nullable String bootstrapProblem = "the bootstrap objects are being made";
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean closed;

  private ApiServer(ApiServerConfiguration configuration, Storage storage, Identities identities)
      throws IOException {
    InstantSource clock = InstantSource.system();
    RandomGenerator random = new SecureRandom();
    this.storage = storage;
    ServiceAllocations allocations =
        new ServiceAllocations(
            storage, configuration.services(), configuration.nodePorts(), clock, random);
    ResourceCatalog catalog = ResourceCatalog.builtin();
    List<StoredResource> resources =
        ResourceRegistry.stored(catalog, Strategies.all(new ServiceStrategy(allocations)));
    this.feed = new StoreFeed(storage, resources.stream().map(StoredResource::cache).toList());
    BootstrapPolicy policy = BootstrapPolicy.read();
    RbacAuthorizer rbac = rbac(resources);
    Authorizer authorizer = authorizer(configuration, resources, policy, rbac);
    Admission admission = admission(resources, authorizer, rbac);
    this.compactor = new Compactor(storage, feed);
    this.registry =
        new ResourceRegistry(
            catalog,
            resources,
            new ObjectReader(storage, feed),
            new ObjectWriter(storage, admission, clock, random),
            new ObjectDeleter(storage, admission, clock));
    Tables tables = new Tables(clock);
    Answers answers = new Answers(tables);
    this.kubeletClient = kubeletClient(configuration.kubelets());
    SpecialRoutes special =
        new SpecialRoutes(
            registry, answers, authorizer, rbac, identities.tokens(registry), kubeletClient, clock);
    RequestMetrics metrics = new RequestMetrics();
    Health health = health();
    InetSocketAddress first = configuration.listen().getFirst();
    String advertised =
        configuration.advertised() == null
            ? first.getAddress().getHostAddress()
            : configuration.advertised();
    PathRoutes paths =
        new PathRoutes(
            health,
            metrics,
            new DiscoveryRoutes(catalog, advertised + ":" + first.getPort()),
            special.openApi(),
            special.tokenDocuments());
    ResourceRoutes routes =
        new ResourceRoutes(registry, special.subresources(), answers, tables, random);
    RequestChain chain =
        new RequestChain(
            new Authentication(
                new CertificateAuthenticator(
                    identities::clientAuthorities, identities::nodeAuthorities),
                identities.tokens(registry)),
            authorizer,
            new AccessLog(metrics),
            new FlowControl(),
            new Dispatcher(paths, routes),
            answers);
    this.server =
        TlsServer.builder()
            .listen(configuration.listen().toArray(InetSocketAddress[]::new))
            .identity(identities.server())
            .clientAuth(TlsServer.ClientAuth.OPTIONAL)
            .http(chain)
            .start();
    int port = server.addresses().getFirst().getPort();
    Bootstrap bootstrap =
        new Bootstrap(registry, policy, allocations, new Bootstrap.Endpoint(advertised, port));
    this.bootstrapping = Thread.ofVirtual().name("bootstrap").unstarted(() -> bootstrap(bootstrap));
  }

  /**
   * Starts an API server.
   *
   * @param storage is closed with the server
   * @throws IOException when it cannot listen, with the reason
   */
  public static ApiServer start(ApiServerConfiguration configuration, Storage storage)
      throws IOException {
    ApiServer server = new ApiServer(configuration, storage, Identities.load(configuration));
    server.feed.start();
    server.compactor.start();
    server.bootstrapping.start();
    return server;
  }

  private Admission admission(
      List<StoredResource> resources, Authorizer authorizer, RbacAuthorizer rbac) {
    return new Admission(
        List.of(
            new NamespaceLifecycle(named(resources, "namespaces"), storage),
            new ServiceAccountAdmission(named(resources, "serviceaccounts"), storage),
            new NodeRestriction(),
            new EscalationGuard(authorizer, rbac),
            new TaintNodesByCondition(),
            new PriorityAdmission(named(resources, "priorityclasses.scheduling.k8s.io")),
            new DefaultTolerationSeconds()));
  }

  private static StoredResource named(List<StoredResource> resources, String groupResource) {
    return resources.stream()
        .filter(each -> each.type().groupResource().equals(groupResource))
        .findFirst()
        .orElseThrow();
  }

  private static RbacAuthorizer rbac(List<StoredResource> resources) {
    String group = ".rbac.authorization.k8s.io";
    return new RbacAuthorizer(
        named(resources, "roles" + group).cache(),
        named(resources, "rolebindings" + group).cache(),
        named(resources, "clusterroles" + group).cache(),
        named(resources, "clusterrolebindings" + group).cache());
  }

  private static Authorizer authorizer(
      ApiServerConfiguration configuration,
      List<StoredResource> resources,
      BootstrapPolicy policy,
      RbacAuthorizer rbac) {
    List<Authorizer> all = new ArrayList<>();
    all.add(Authorizer.masters());
    for (ApiServerConfiguration.AuthorizationMode mode : configuration.authorization()) {
      all.add(
          switch (mode) {
            case NODE ->
                new NodeAuthorizer(
                    named(resources, "pods").cache(),
                    named(resources, "persistentvolumeclaims").cache(),
                    policy.clusterRole("system:node"));
            case RBAC -> rbac;
            case ALWAYS_ALLOW -> Authorizer.alwaysAllow();
          });
    }
    return Authorizer.union(all);
  }

  private Health health() {
    return new Health()
        .live("ping", () -> null)
        .ready("etcd", feed::problem)
        .ready("informer-sync", () -> feed.isFilled() ? null : "the caches are not filled yet")
        .ready("poststarthook/bootstrap", () -> bootstrapProblem)
        .ready("shutdown", () -> closed ? "the server is shutting down" : null);
  }

  private void bootstrap(Bootstrap bootstrap) {
    try {
      while (!closed) {
        try {
          if (feed.await(0, BOOTSTRAP_RETRY_MILLIS)) {
            bootstrap.run();
            bootstrapProblem = null;
            ready.countDown();
            LOG.info("ready addresses={}", server.addresses());
            return;
          }
        } catch (StorageException | StatusException e) {
          bootstrapProblem = e.getMessage();
          LOG.warn("bootstrap interrupted cause={}", e.getMessage());
          Thread.sleep(BOOTSTRAP_RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where it listens, with real ports. */
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  /** Waits until it has become ready for the first time, and says whether it has. */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether it has all it needs to serve. */
  public boolean isReady() {
    return feed.isFilled() && feed.problem() == null && bootstrapProblem == null;
  }

  /** What the server cannot do yet and why, by check; for the log and for tests. */
  public Map<String, String> problems() {
    String store = feed.problem();
    String bootstrap = bootstrapProblem;
    return Map.of(
        "etcd", store == null ? "" : store, "bootstrap", bootstrap == null ? "" : bootstrap);
  }

  @Override
  public void close() {
    closed = true;
    bootstrapping.interrupt();
    server.close();
    compactor.close();
    feed.close();
    storage.close();
    if (kubeletClient != null) {
      kubeletClient.close();
    }
  }

  private static @Nullable HttpsClient kubeletClient(
      ApiServerConfiguration.@Nullable Kubelets kubelets) {
    return kubelets == null
        ? null
        : HttpsClient.create(
            TlsIdentity.load(kubelets.certificate(), kubelets.privateKey(), kubelets.authority()));
  }

  /** The identities under which the server works, for those who open connections on its behalf. */
  static TlsIdentity storeIdentity(ApiServerConfiguration.Store store) {
    return TlsIdentity.load(store.certificate(), store.privateKey(), store.authority());
  }
}
