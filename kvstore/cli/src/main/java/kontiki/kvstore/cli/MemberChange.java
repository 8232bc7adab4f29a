package kontiki.kvstore.cli;

import com.google.protobuf.Message;
import java.util.List;
import kontiki.kvstore.api.pb.ResponseHeader;

/**
 * A change of members that was made.
 *
 * @param lines for people
 * @param response the store's
 */
record MemberChange(List<String> lines, ResponseHeader header, Message response) {}
