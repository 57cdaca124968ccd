"""The messages of `explained`, for `mailscope headers --explain`."""

REST = "From: Ann <ann@client.example>\nSubject: x\n\nx\n"
BY_FIELD = ("client-ip", "envelope-from", "helo", "identity", "mechanism", "receiver", "problem")
SEAL = "a=rsa-sha256; cv=none; d=mail.example; s=k; b=AAAA"


def message_of(row):
    """The message's text, and what must be said of it; None: nothing here knows the id."""
    kind, part = row.id.split(".")[:2]
    said = "%s [%s]" % (row.meaning, row.rfc)
    if (kind, part) == ("header", "field"):
        return FIELDS[row.name] + REST, [said]
    if (kind, part) == ("header", "with"):
        return "Received: from a.example by b.example with %s; Tue, 8 Nov 2022 18:43:51 +0000\n" % row.name + REST, [
            "with %s: %s" % (row.name, said)]
    if (kind, part) == ("auth", "method"):
        return results("%s=pass" % row.name), ["%s=pass %s →" % (row.name, row.meaning), "[%s]" % row.rfc]
    if (kind, part) == ("auth", "result"):
        # what holds for any method is said where the method has no words of its own
        name = row.name if "=" in row.name else "dnswl=" + row.name
        return results(name), [name + " ", "→ %s [" % row.meaning]
    if (kind, part) == ("auth", "property") and row.name in BY_FIELD:
        return "Received-SPF: pass (x) %s=value;\n" % row.name + REST, ["%s=value (%s)" % (row.name, row.meaning)]
    if (kind, part) == ("auth", "property"):
        return results("spf=pass %s=value" % row.name), ["%s=value (%s)" % (row.name, row.meaning)]
    if (kind, part) == ("dkim", "tag"):
        return "DKIM-Signature: %s1\n" % row.name + REST, ["%s 1" % row.name, "(%s)" % row.meaning]
    if (kind, part) == ("arc", "tag"):
        return "ARC-Seal: i=1; %s\n" % SEAL + REST, ["%s " % row.name, "(%s)" % row.meaning]
    return None


def results(text):
    return "Authentication-Results: mail.example; %s\n" % text + REST


FIELDS = {
    "Received": "Received: from a.example by b.example; Tue, 8 Nov 2022 18:43:51 +0000\n",
    "Return-Path": "Return-Path: <ann@client.example>\n",
    "Delivered-To": "Delivered-To: bob@mail.example\n",
    "Message-ID": "Message-ID: <1@client.example>\n",
    "Received-SPF": "Received-SPF: pass (x) client-ip=192.0.2.1;\n",
    "Authentication-Results": "Authentication-Results: mail.example; spf=pass\n",
    "DKIM-Signature": "DKIM-Signature: v=1; d=client.example; s=k; b=AAAA\n",
    "ARC-Authentication-Results": "ARC-Authentication-Results: i=1; mail.example; spf=pass\n",
    "ARC-Message-Signature": "ARC-Message-Signature: i=1; a=rsa-sha256; d=mail.example; s=k; bh=AAAA; b=AAAA\n",
    "ARC-Seal": "ARC-Seal: i=1; %s\n" % SEAL,
}
