package kontiki.kvstore.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.TreeMap;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Identity;
import kontiki.kvstore.mvcc.RefusedException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Signed tokens (RFC 7519): every member with the public key can check them, and they outlive
 * members. One says its user, the revision of users and roles that it was given at, and when it
 * ends. Safe for many threads.
 */
public final class JwtTokens implements Tokens {
  /** Longer ones are none of ours. */
  static final int MAX_CHARACTERS = 8 << 10;

  private static final JsonFactory JSON = new JsonFactory();

  private final JwtSettings settings;
  private final InstantSource clock;

  JwtTokens(JwtSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * A token for a user whose password was checked.
   *
   * @throws RefusedException this member has no key to sign with
   */
  public String sign(String user, long authRevision) {
    if (settings.signing() == null) {
      throw new RefusedException(EtcdError.VERIFY_ONLY);
    }
    long end = clock.instant().plus(settings.ttl()).getEpochSecond();
    String signed =
        part("{\"alg\":\"" + settings.method() + "\",\"typ\":\"JWT\"}")
            + "."
            + part(claims(user, authRevision, end));
    try {
      byte[] signature =
          settings.method().sign(settings.signing(), signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a token cannot be signed", e);
    }
  }

  @Override
  public @Nullable Identity bearer(String token, AuthState auth) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || token.length() > MAX_CHARACTERS) {
      return null;
    }
    try {
      Base64.Decoder base64 = Base64.getUrlDecoder();
      TreeMap<String, Object> header = members(base64.decode(parts[0]));
      byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
      // The method is the flag's, never the token's own choice.
      if (!settings.method().name().equals(header.get("alg"))
          || !settings.method().verify(settings.checking(), signed, base64.decode(parts[2]))) {
        return null;
      }
      return identity(members(base64.decode(parts[1])));
    } catch (IllegalArgumentException | JacksonException | GeneralSecurityException e) {
      return null;
    }
  }

  private @Nullable Identity identity(TreeMap<String, Object> claims) {
    double now = clock.millis() / 1000.0;
    boolean early = claims.get("nbf") instanceof Double from && now < from;
    boolean late = claims.get("exp") instanceof Double end && now >= end;
    if (!early
        && !late
        && claims.get("username") instanceof String user
        && claims.get("revision") instanceof Double revision) {
      return new Identity(user, revision.longValue());
    }
    return null;
  }

  /** Strings and numbers of an object; what else it has is passed over. */
  private static TreeMap<String, Object> members(byte[] json) {
    TreeMap<String, Object> members = new TreeMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          members.put(name, parser.getString());
        } else if (value.isNumeric()) {
          members.put(name, parser.getDoubleValue());
        } else {
          parser.skipChildren();
        }
      }
    }
    return members;
  }

  private static String claims(String user, long authRevision, long end) {
    var text = new java.io.StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeNumberProperty("exp", end);
      json.writeNumberProperty("revision", authRevision);
      json.writeStringProperty("username", user);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
