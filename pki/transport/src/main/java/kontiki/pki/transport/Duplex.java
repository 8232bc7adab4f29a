package kontiki.pki.transport;

import java.io.InputStream;

/**
 * Both directions of a connection that was upgraded; each may have a thread of its own.
 *
 * @param in what the client sends; -1 when it has closed
 * @param out to the client; blocks while it is slow, closing it ends the connection
 */
public record Duplex(InputStream in, ResponseBody out) {}
