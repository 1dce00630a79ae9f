using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Core.Tests.Engine.Bundles;

/// <summary>Signed and encrypted files of changes.</summary>
public sealed class ProtectedBundleTests : BundleScenario
{
    [Fact]
    public async Task Only_trusted_signers_are_believed_where_signatures_are_asked_for()
    {
        using var annKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var eveKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using TestDevice ann = await FilledAsync(5);
        MemoryStream signed = await ExportAsync(ann, new BundleExportOptions { Signer = annKey });
        MemoryStream byEve = await ExportAsync(ann, new BundleExportOptions { Signer = eveKey });
        MemoryStream unsigned = await ExportAsync(ann);
        var trusting = new BundleImportOptions { TrustedSigners = [annKey.ExportSubjectPublicKeyInfo()] };
        await using TestDevice bob = Device();

        BundleImportReport fromEve = await bob.Engine.Bundles.ImportAsync(byEve, trusting);
        BundleImportReport fromNobody = await bob.Engine.Bundles.ImportAsync(unsigned, trusting);
        UInt128 before = await bob.DigestAsync();
        BundleImportReport fromAnn = await bob.Engine.Bundles.ImportAsync(signed, trusting);

        Assert.Equal(BundleScopeStatus.Untrusted, fromEve.Scopes.Single().Status);
        Assert.Equal(BundleScopeStatus.Untrusted, fromNobody.Scopes.Single().Status);
        Assert.Equal(UInt128.Zero, before);
        Assert.Equal(BundleScopeStatus.Applied, fromAnn.Scopes.Single().Status);
        Assert.Equal(annKey.ExportSubjectPublicKeyInfo(), fromAnn.Scopes.Single().Signer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_encrypted_bundle_shows_nothing_and_opens_with_its_key_alone(bool withPassphrase)
    {
        BundleKey key = withPassphrase ? BundleKey.FromPassphrase("correct horse") : BundleKey.FromBytes(new byte[32]);
        BundleKey wrong = withPassphrase
            ? BundleKey.FromPassphrase("wrong horse")
            : BundleKey.FromBytes(Enumerable.Repeat((byte)1, 32).ToArray());
        await using TestDevice ann = await FilledAsync(5);
        MemoryStream file = await ExportAsync(ann, new BundleExportOptions { Key = key });
        await using TestDevice bob = Device();

        string content = Encoding.Latin1.GetString(file.ToArray());
        Assert.DoesNotContain("text 3", content, StringComparison.Ordinal);
        Assert.DoesNotContain(TestDevice.ScopeName, content, StringComparison.Ordinal);
        foreach (BundleKey? bad in (BundleKey?[])[null, wrong])
        {
            var error = await Assert.ThrowsAsync<SyncException>(async () =>
                await bob.Engine.Bundles.ImportAsync(file, new BundleImportOptions { Key = bad }));
            Assert.Equal(SyncErrorCode.Unauthorized, error.Code);
        }

        Assert.True((await bob.Engine.Bundles.ImportAsync(file, new BundleImportOptions { Key = key })).IsComplete);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }
}
