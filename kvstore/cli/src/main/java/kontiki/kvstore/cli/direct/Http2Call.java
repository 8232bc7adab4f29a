package kontiki.kvstore.cli.direct;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * HTTP/2 (RFC 9113) for requests that follow one another on one connection: no concurrent streams,
 * no push, windows wide open for answers, the peer's windows respected for requests. Used by one
 * thread.
 */
final class Http2Call {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;

  private static final int HEADER_TABLE_SIZE = 1;
  private static final int ENABLE_PUSH = 2;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private static final int DEFAULT_WINDOW = 65_535;
  private static final int WIDE_WINDOW = 1 << 30;
  private static final int FRAME_BYTES = 16_384;
  private static final int MAX_FRAME_BYTES = 1 << 24;

  /** An answer: the headers and trailers together, and the body. */
  record Answer(Map<String, String> headers, byte[] body) {}

  private record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  private final DataInputStream in;
  private final OutputStream out;
  private final String authority;
  private int nextStream = 1;
  private int peerInitialWindow = DEFAULT_WINDOW;
  private long connectionWindow = DEFAULT_WINDOW;
  private long streamWindow;
  private int stream;

  private ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Map<String, String> headers = new HashMap<>();
  private boolean ended;

  Http2Call(InputStream in, OutputStream out, String authority) throws IOException {
    this.in = new DataInputStream(in);
    this.out = out;
    this.authority = authority;
    var hello = new ByteArrayOutputStream();
    hello.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    var settings = new ByteArrayOutputStream();
    setting(settings, HEADER_TABLE_SIZE, 0);
    setting(settings, ENABLE_PUSH, 0);
    setting(settings, INITIAL_WINDOW_SIZE, WIDE_WINDOW);
    frame(hello, SETTINGS, 0, 0, settings.toByteArray());
    frame(hello, WINDOW_UPDATE, 0, 0, number(WIDE_WINDOW - DEFAULT_WINDOW));
    out.write(hello.toByteArray());
  }

  /**
   * Sends a POST and reads its answer to the end.
   *
   * @throws IOException where the connection or the stream ends before the answer does
   */
  Answer post(String path, Map<String, String> more, byte[] request) throws IOException {
    stream = nextStream;
    nextStream += 2;
    streamWindow = peerInitialWindow;
    body = new ByteArrayOutputStream();
    headers = new HashMap<>();
    ended = false;
    var block = new ByteArrayOutputStream();
    HeaderBlock.write(block, ":method", "POST");
    HeaderBlock.write(block, ":scheme", "https");
    HeaderBlock.write(block, ":path", path);
    HeaderBlock.write(block, ":authority", authority);
    more.forEach((name, value) -> HeaderBlock.write(block, name, value));
    var start = new ByteArrayOutputStream();
    frame(start, HEADERS, END_HEADERS, stream, block.toByteArray());
    send(start, request);
    while (!ended) {
      receive();
    }
    return new Answer(headers, body.toByteArray());
  }

  /** Small requests leave in one write together with their headers. */
  private void send(ByteArrayOutputStream buffered, byte[] request) throws IOException {
    int sent = 0;
    do {
      long room = Math.min(Math.min(connectionWindow, streamWindow), FRAME_BYTES);
      int size = (int) Math.min(room, request.length - sent);
      if (size > 0 || request.length == 0) {
        byte[] part = new byte[size];
        System.arraycopy(request, sent, part, 0, size);
        sent += size;
        connectionWindow -= size;
        streamWindow -= size;
        frame(buffered, DATA, sent == request.length ? END_STREAM : 0, stream, part);
      }
      out.write(buffered.toByteArray());
      buffered.reset();
      if (size == 0 && request.length > 0) {
        out.flush();
        receive();
      }
    } while (sent < request.length && !ended);
    out.flush();
  }

  private void receive() throws IOException {
    var frame = readFrame();
    switch (frame.type) {
      case DATA -> data(frame);
      case HEADERS -> headers(frame);
      case SETTINGS -> settings(frame);
      case PING -> {
        if (!frame.has(ACK)) {
          reply(PING, frame.payload);
        }
      }
      case WINDOW_UPDATE -> {
        if (frame.stream == 0) {
          connectionWindow += number(frame.payload, 0);
        } else if (frame.stream == stream) {
          streamWindow += number(frame.payload, 0);
        }
      }
      case RST_STREAM -> {
        if (frame.stream == stream) {
          throw new IOException(
              "the server ended the request (code " + number(frame.payload, 0) + ")");
        }
      }
      case GOAWAY -> {
        if (number(frame.payload, 0) < stream) {
          throw new EOFException("the server is going away");
        }
      }
      case PUSH_PROMISE, CONTINUATION ->
          throw new IOException("the server sent a frame that was not asked for: " + frame.type);
      default -> {} // unknown frames are passed over, as the standard says
    }
  }

  private void data(Frame frame) throws IOException {
    if (frame.stream == stream) {
      int padding = frame.has(PADDED) ? (frame.payload[0] & 0xff) + 1 : 0;
      int from = frame.has(PADDED) ? 1 : 0;
      body.write(frame.payload, from, frame.payload.length - padding);
      ended = frame.has(END_STREAM);
    }
    if (body.size() > WIDE_WINDOW / 2) {
      throw new IOException("the answer is larger than " + WIDE_WINDOW / 2 + " bytes: use --limit");
    }
  }

  private void headers(Frame first) throws IOException {
    var block = new ByteArrayOutputStream();
    int from = (first.has(PADDED) ? 1 : 0) + (first.has(PRIORITY) ? 5 : 0);
    int padding = first.has(PADDED) ? first.payload[0] & 0xff : 0;
    block.write(first.payload, from, first.payload.length - from - padding);
    boolean whole = first.has(END_HEADERS);
    while (!whole) {
      var next = readFrame();
      if (next.type != CONTINUATION || next.stream != first.stream) {
        throw new IOException("headers were interrupted");
      }
      block.writeBytes(next.payload);
      whole = next.has(END_HEADERS);
    }
    try {
      headers.putAll(HeaderBlock.read(block.toByteArray()));
    } catch (IllegalArgumentException e) {
      throw new IOException("the server sent headers that cannot be read: " + e.getMessage(), e);
    }
    ended = first.has(END_STREAM);
  }

  private void settings(Frame frame) throws IOException {
    if (frame.has(ACK)) {
      return;
    }
    for (int at = 0; at + 6 <= frame.payload.length; at += 6) {
      int id = (frame.payload[at] & 0xff) << 8 | frame.payload[at + 1] & 0xff;
      if (id == INITIAL_WINDOW_SIZE) {
        int size = number(frame.payload, at + 2);
        streamWindow += size - peerInitialWindow;
        peerInitialWindow = size;
      }
    }
    reply(SETTINGS, new byte[0]);
  }

  private void reply(int type, byte[] payload) throws IOException {
    var reply = new ByteArrayOutputStream();
    frame(reply, type, ACK, 0, payload);
    out.write(reply.toByteArray());
    out.flush();
  }

  private Frame readFrame() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int id = in.readInt() & Integer.MAX_VALUE;
    if (length > MAX_FRAME_BYTES) {
      throw new IOException("a frame of " + length + " bytes");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, id, payload);
  }

  private static void setting(ByteArrayOutputStream out, int id, int value) {
    out.write(0);
    out.write(id);
    out.writeBytes(number(value));
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(number(stream));
    out.writeBytes(payload);
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }
}
