using Ordo.Sync.Conflicts;

namespace Ordo.Hub;

/// <summary>
/// The section "Hub" of <c>appsettings.json</c>; the environment overrides it: <c>Hub__Store__Kind=PostgreSql</c>.
/// </summary>
internal sealed class HubSettings
{
    public StoreSettings Store { get; set; } = new();

    /// <summary>The folder of blobs; none where it is empty.</summary>
    public string Blobs { get; set; } = string.Empty;

    /// <summary>The bucket of blobs, which goes before the folder; none where it has no name.</summary>
    public BucketSettings Bucket { get; set; } = new();

    /// <summary>Collections with their strategies, which no caller can declare otherwise.</summary>
    public Dictionary<string, ConflictStrategy> Collections { get; } = [];

    public CallerSettings Callers { get; set; } = new();

    public UpstreamSettings Upstream { get; set; } = new();

    /// <exception cref="InvalidOperationException">A setting is missing or makes no sense; says which.</exception>
    public void Validate()
    {
        Require(Store.Kind is StoreKind.Sqlite or StoreKind.PostgreSql, "Hub:Store:Kind is Sqlite or PostgreSql");
        Require(Store.ConnectionString.Length > 0, "Hub:Store:ConnectionString names the file or the database");
        Require(
            Bucket.ServiceAddress is null or { IsAbsoluteUri: true },
            "Hub:Bucket:ServiceAddress is the whole address of the object storage");
        Require(
            Bucket.AccessKey.Length > 0 == Bucket.SecretKey.Length > 0, "Hub:Bucket:AccessKey and Hub:Bucket:SecretKey go together");
        bool hasKeys = Callers.Authority.Length > 0 || Callers.SigningKey.Length > 0;
        Require(
            hasKeys || Callers.AllowAnonymous,
            "Hub:Callers needs an Authority, a SigningKey, or AllowAnonymous=true for a network that you trust");
        Require(
            Callers.SigningKey.Length is 0 or >= CallerSettings.SigningKeyLengthMin,
            $"Hub:Callers:SigningKey has {CallerSettings.SigningKeyLengthMin} characters or more");
        Require(!hasKeys || Callers.Audience.Length > 0, "Hub:Callers:Audience says for whom tokens are issued");
        Require(
            Upstream.Address is null or { IsAbsoluteUri: true }, "Hub:Upstream:Address is the whole address of the hub above");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The hub's configuration is not complete: {what}.");
        }
    }
}
