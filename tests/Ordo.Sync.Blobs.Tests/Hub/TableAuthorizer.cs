using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Sync.Blobs.Tests.Hub;

internal sealed class TableAuthorizer : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(ClaimsPrincipal principal, string scope, CancellationToken cancellationToken)
    {
        string user = principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? string.Empty;
        return ValueTask.FromResult(BlobHub.Rights.GetValueOrDefault((user, scope)));
    }
}
