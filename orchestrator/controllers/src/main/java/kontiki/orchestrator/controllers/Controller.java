package kontiki.orchestrator.controllers;

import java.util.List;
import kontiki.orchestrator.client.WorkLoop;

/**
 * A control loop. Its constructor adds handlers to the shared informers; it acts only through its
 * work loops, which run while this process leads.
 */
public interface Controller {
  /** The name in logs and in {@code --controllers}, such as {@code replicaset}. */
  String name();

  List<WorkLoop<?>> loops();
}
