using System.Security.Claims;

namespace Company.OrdoHub;

/// <summary>Says who may do what in which scope. As it comes, everybody may read and write, and nobody may approve.</summary>
public sealed class ScopeAuthorizer : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(
        ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
        new(ScopeRights.Read | ScopeRights.Write);
}
