package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import kontiki.orchestrator.apiserver.status.Failures;

/** Sends a request that may be served to what serves it. Thread-safe. */
public final class Dispatcher {
  /** Serves paths that are no resources. */
  @FunctionalInterface
  public interface PathRoute {
    /**
     * @return whether the path is served here; if so, an answer was sent
     */
    boolean serve(ApiRequest request) throws IOException, InterruptedException;
  }

  private final PathRoute paths;
  private final ResourceRoutes resources;

  public Dispatcher(PathRoute paths, ResourceRoutes resources) {
    this.paths = paths;
    this.resources = resources;
  }

  void dispatch(ApiRequest request) throws IOException, InterruptedException {
    if (request.info().resourceRequest()) {
      resources.serve(request);
    } else if (!paths.serve(request)) {
      throw Failures.noSuchPath();
    }
  }
}
