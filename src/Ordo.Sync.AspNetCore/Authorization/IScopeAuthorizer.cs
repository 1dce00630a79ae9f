using System.Security.Claims;

namespace Ordo.Sync.AspNetCore.Authorization;

/// <summary>
/// Decides who may do what in which scope. Resolved from the request's services, so it may use scoped ones (a database context).
/// Asked once for every pull and push: keep it fast, and cache what may be cached.
/// </summary>
public interface IScopeAuthorizer
{
    /// <summary>What a principal may do in a scope.</summary>
    /// <param name="principal">The caller; without an authenticated identity where the endpoints allow anonymous callers.</param>
    /// <param name="scope">The scope, as the caller names it. It need not exist yet.</param>
    /// <param name="cancellationToken">Ends the work when the caller has gone.</param>
    ValueTask<ScopeRights> AuthorizeAsync(
        ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default);
}
