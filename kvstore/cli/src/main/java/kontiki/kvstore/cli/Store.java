package kontiki.kvstore.cli;

import io.grpc.MethodDescriptor;

/** One-answer calls to a store: what most commands need. Used by one thread. */
interface Store extends AutoCloseable {

  /**
   * @throws io.grpc.StatusRuntimeException with etcd's code and text where the store refuses, or
   *     UNAVAILABLE and DEADLINE_EXCEEDED where it cannot be reached in time
   */
  <Q, R> R call(MethodDescriptor<Q, R> method, Q request);

  @Override
  void close();
}
