"""A package as small as one can be: a ConfigMap, a claim and a Deployment, in two versions."""
import os

SERVICE = "drill.samples.flotilla.dev"
VERSIONS = ("1.0.0", "1.1.0")

SCHEMA = """\
#@data/values-schema
---
text: hello
size: 1Gi
"""

APP = """\
#@ load("@ytt:data", "data")
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: drill
data:
  text: #@ data.values.text
  version: "{version}"
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: drill
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: #@ data.values.size
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: drill
spec:
  replicas: 1
  selector:
    matchLabels: {{app: drill}}
  template:
    metadata:
      labels: {{app: drill}}
    spec:
      containers:
      - name: main
        image: registry.example.org/drill:{version}
        volumeMounts:
        - {{name: data, mountPath: /data}}
      volumes:
      - name: data
        persistentVolumeClaim: {{claimName: drill}}
"""

LOCK = """\
apiVersion: imgpkg.carvel.dev/v1alpha1
kind: ImagesLock
images: []
"""

PACKAGE = """\
apiVersion: data.packaging.carvel.dev/v1alpha1
kind: Package
metadata:
  name: {service}.{version}
spec:
  refName: {service}
  version: {version}
  valuesSchema:
    openAPIv3:
      type: object
      properties:
        text: {{type: string, default: hello}}
        size: {{type: string, default: 1Gi}}
  template:
    spec:
      fetch:
      - imgpkgBundle: {{image: "{image}"}}
      template:
      - ytt: {{paths: [config/]}}
      deploy:
      - kapp: {{}}
"""

METADATA = f"""\
apiVersion: data.packaging.carvel.dev/v1alpha1
kind: PackageMetadata
metadata:
  name: {SERVICE}
spec:
  displayName: Drill
  shortDescription: A package for trying faults
"""


def write(folder, registry):
    """Pushes the bundles and writes the package files; returns metadata path and package path by version."""
    packages = {}
    for version in VERSIONS:
        image = registry.push("drill", {
            "config/schema.yaml": SCHEMA, "config/app.yaml": APP.format(version=version),
            ".imgpkg/images.yml": LOCK})
        packages[version] = os.path.join(folder, f"package-{version}.yaml")
        with open(packages[version], "w") as file:
            file.write(PACKAGE.format(service=SERVICE, version=version, image=image))
    metadata = os.path.join(folder, "metadata.yaml")
    with open(metadata, "w") as file:
        file.write(METADATA)
    return metadata, packages


def sources(registry):
    """Settings of coordinator and agents by which they find the bundles."""
    return ("sources:\n  - {image: \"*\", registry: \"*\"}\n"
            f"registries:\n  - {{host: \"{registry.host}\", plainHTTP: true}}\n")
