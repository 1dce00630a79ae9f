using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Documentation.Tests;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>
/// Every error code: what the specification says of it, the body that a hub answers with, and what a device reads in it. A code that is
/// new in the library and not in the specification fails here.
/// </summary>
public sealed partial class RefusalVectorTests
{
    private const int WaitSeconds = 30;

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "protocol-vectors");

    /// <summary>The codes that travel, and the statuses of the hub's own refusals: none for those that it never refuses with.</summary>
    internal static readonly IReadOnlyDictionary<SyncErrorCode, int[]> Specified =
        CodeRow().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "protocol.md"))).ToDictionary(
            row => Enum.Parse<SyncErrorCode>(row.Groups["name"].Value),
            row => Number().Matches(row.Groups["status"].Value)
                .Select(status => int.Parse(status.Value, CultureInfo.InvariantCulture)).ToArray());

    internal static IEnumerable<string> Names => Specified.Where(row => row.Value.Length > 0).Select(row => NameOf(row.Key));

    [Fact]
    public void The_specification_lists_the_codes_that_can_travel_and_no_others()
    {
        IEnumerable<SyncErrorCode> travelling = Enum.GetValues<SyncErrorCode>().Where(code => (int)code is >= 200 and < 400);

        Assert.Equal(travelling.Order(), Specified.Keys.Order());
        foreach (Match row in CodeRow().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "protocol.md"))))
        {
            SyncErrorCode code = Enum.Parse<SyncErrorCode>(row.Groups["name"].Value);
            Assert.Equal((int)code, int.Parse(row.Groups["code"].Value, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_hub_refuses_with_the_status_and_body_of_the_specification_and_a_device_reads_the_code()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<RefusingAuthorizer>());
        foreach (SyncErrorCode code in Enum.GetValues<SyncErrorCode>())
        {
            bool isSpecified = Specified.TryGetValue(code, out int[]? statuses) && statuses.Length > 0;
            using HttpResponseMessage answer = await PullAsync(hub, code);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            JsonNode said = JsonNode.Parse(body)!;
            SyncException read = await Assert.ThrowsAsync<SyncException>(
                async () => await hub.Transport(UserOf(code)).PullAsync(Request));

            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal((int)answer.StatusCode, said["status"]!.GetValue<int>());
            SyncErrorCode expected = isSpecified ? code : SyncErrorCode.PeerFailed;
            Assert.Equal((int)expected, said["ordoCode"]!.GetValue<int>());
            Assert.Equal(expected, read.Code);
            Assert.Contains((int)answer.StatusCode, isSpecified ? statuses! : [500, 503]);
            if (isSpecified)
            {
                said["retryAfterSeconds"] = answer.Headers.RetryAfter?.Delta?.TotalSeconds;
                AssertPublished(NameOf(code), body, said);
            }
        }
    }

    [Fact]
    public void Every_status_of_an_answer_has_a_vector()
    {
        string[] described = [.. Directory.GetFiles(Folder, "p*-response-*.json")
            .Select(file => $"{Path.GetFileName(file)[..4]} {JsonNode.Parse(File.ReadAllText(file))!["status"]}")];

        Assert.Empty(Enum.GetValues<PullStatus>().Select(status => $"pull {(int)status} {status}").Except(described));
        Assert.Empty(Enum.GetValues<PushStatus>().Select(status => $"push {(int)status} {status}").Except(described));
    }

    private static PullRequest Request => new(Samples.Scope, Samples.Ann, UInt128.Zero, UInt128.Zero, null, 1024);

    private static async Task<HttpResponseMessage> PullAsync(HubHost hub, SyncErrorCode code)
    {
        using var content = new ByteArrayContent(Vector.Encode(Request, PullCodec.Write));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.ordo-sync");
        return await hub.Client(UserOf(code)).PostAsync(hub.Endpoint("v1/pull"), content);
    }

    private static void AssertPublished(string name, byte[] body, JsonNode said)
    {
        string hexFile = Path.Combine(Folder, name + ".hex");
        string jsonFile = Path.Combine(Folder, name + ".json");
        if (Environment.GetEnvironmentVariable("ORDO_UPDATE_VECTORS") == "1")
        {
            File.WriteAllText(hexFile, VectorTests.Lines(body));
            File.WriteAllText(jsonFile, VectorTests.Json(said) + "\n");
        }

        Assert.Equal(string.Concat(File.ReadAllLines(hexFile)), Convert.ToHexStringLower(body));
        Assert.Equal(VectorTests.Json(JsonNode.Parse(File.ReadAllText(jsonFile))!), VectorTests.Json(said));
    }

    private static string UserOf(SyncErrorCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);

    // A status that waits for something says how long.
    private static TimeSpan? WaitOf(SyncErrorCode code) =>
        code is SyncErrorCode.Throttled or SyncErrorCode.QuotaExceeded ? TimeSpan.FromSeconds(WaitSeconds) : null;

    private static string NameOf(SyncErrorCode code) =>
        "refusal" + Capital().Replace(code.ToString(), match => "-" + match.Value.ToLowerInvariant());

    [GeneratedRegex(@"^\| (?<code>\d{3}) \| `(?<name>\w+)` \| (?<status>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();

    // What stands in brackets comes from elsewhere.
    [GeneratedRegex(@"(?<!\[)\b\d{3}\b(?!\])")]
    private static partial Regex Number();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();

    private sealed class RefusingAuthorizer : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default)
        {
            var code = (SyncErrorCode)int.Parse(
                principal.FindFirst(ClaimTypes.NameIdentifier)!.Value, CultureInfo.InvariantCulture);
            throw new SyncException(code, "What happened.", "What to do.") { RetryAfter = WaitOf(code) };
        }
    }
}
