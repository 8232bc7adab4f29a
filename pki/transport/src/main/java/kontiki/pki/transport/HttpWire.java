package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;

/**
 * What an exchange asks of its protocol. Every method may be called on any thread and returns at
 * once; calls of one thread take effect in their order. After the peer has gone they do nothing but
 * release what they were given.
 */
interface HttpWire {
  /**
   * Begins the response.
   *
   * @param end whether it has no body
   */
  void head(int status, Headers headers, boolean end);

  /**
   * Sends a piece of the body and flushes.
   *
   * @param data handed over: released by the wire
   * @param end whether it is the last
   * @param written called once, on the event loop, when the piece has left for the socket or is
   *     lost
   */
  void data(ByteBuf data, boolean end, Runnable written);

  /**
   * Answers 101 and makes the connection a bare pipe for this exchange: bytes that come go to
   * {@code inbound}, and {@link #data} sends bytes as they are.
   *
   * @return whether the protocol can do so; if not, nothing was sent
   */
  boolean upgrade(Headers headers, RequestBody inbound);

  /** The handler wants the request's body: a client that waits for 100 (continue) gets it. */
  void bodyWanted();

  /** The handler has taken so many bytes of the body: the peer may send as many more. */
  void bodyTaken(int bytes);

  /** Ends the exchange without an answer, or in the midst of it. */
  void abort();

  /** The handler has returned and the response is ended. */
  void done();
}
